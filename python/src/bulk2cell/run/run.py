"""A sample sheet through all stages on this machine, one pair after the other, into one results folder."""

import traceback
from dataclasses import dataclass
from pathlib import Path

from bulk2cell.artefacts.folder import claimed
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.errors import InputError
from bulk2cell.faults import is_foreseen, one_line
from bulk2cell.genes.sets import name_gene_sets
from bulk2cell.progress import say
from bulk2cell.report.failures import Failure
from bulk2cell.report.report import report
from bulk2cell.run.inputs import Reference, make_results_folder
from bulk2cell.run.pair import run_pair
from bulk2cell.run.params_file import AllParameters
from bulk2cell.run.sample_sheet import SheetRow, read_sample_sheet
from bulk2cell.strategies import choose_strategies


@dataclass(frozen=True)
class Outcome:
    """Where the report is, and which pairs failed."""

    report: Path
    failures: tuple[Failure, ...]


def run(sheet: Path, reference: Reference, parameters: AllParameters, results: Path) -> Outcome:
    """Take every pair of a sample sheet through all stages and write the report.

    A finished stage whose inputs and parameters are unchanged is not repeated. A pair that fails does not stop the
    others.

    Parameters
    ----------
    sheet
        The sample sheet, see `read_sample_sheet`.
    results
        Folder for all artefacts: <pair>/<gene sets>/..., and report/.

    Raises
    ------
    InputError
        If the sample sheet or the reference data are wrong; nothing has been started then.
    ArtefactError
        If another `run` is at work in the folder, or its report must not be replaced; nothing has been started then.
    OSError
        If nothing can be written into the results folder.
    """
    pairs = check_pairs(sheet, reference, parameters)
    make_results_folder(results)
    with claimed(results / "report", "report"):
        artefacts: list[Manifest] = []
        failures: list[Failure] = []
        for pair in pairs:
            for gene_sets in reference.gene_sets:
                say(f"--- {pair.pair}: {pair.drug}, {gene_sets.name}")
                try:
                    artefacts += run_pair(pair, gene_sets, reference, parameters, results)
                except Exception as error:
                    failures.append(record_failure(pair, gene_sets, error))
                    say(f"error: {failures[-1]}")
        return Outcome(report(artefacts, results / "report", failures), tuple(failures))


def check_pairs(sheet: Path, reference: Reference, parameters: AllParameters) -> list[SheetRow]:
    """Check everything that a run was given, and return the pairs of its sample sheet.

    Raises
    ------
    InputError
        If the sample sheet or the reference data are wrong.
    ParameterError
        If a strategy is unknown.
    """
    for path in (reference.bulk, reference.response, *reference.gene_sets, reference.gene_ids):
        if path and not path.is_file():
            raise InputError(f"{path}: no such file; check the path, or get it with `bulk2cell fetch`")
    names = [name_gene_sets(path) for path in reference.gene_sets]
    if len(set(names)) < len(names):
        raise InputError(
            f"gene sets: two files have the same name among {', '.join(names)}; rename one of them"
        )
    choose_strategies(parameters.run.strategies)
    return read_sample_sheet(sheet, reference.response)


def record_failure(pair: SheetRow, gene_sets: Path, error: Exception) -> Failure:
    """Return the stage and the one line of a pair that failed; print the traceback of our own bugs."""
    stage = next(iter(getattr(error, "__notes__", [])), "run")
    if not is_foreseen(error):
        traceback.print_exception(error)
    return Failure(pair.pair, stage, one_line(error), name_gene_sets(gene_sets))
