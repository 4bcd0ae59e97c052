"""A sample sheet through all stages on this machine, one pair after the other, into one results folder."""

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from bulk2cell.artefacts.folder import claimed
from bulk2cell.artefacts.manifest import Manifest, sha256
from bulk2cell.errors import InputError
from bulk2cell.faults import is_foreseen, one_line
from bulk2cell.genes.sets import name_gene_sets
from bulk2cell.preprocess.reference import Reference as Opened
from bulk2cell.preprocess.reference import read_reference
from bulk2cell.progress import say
from bulk2cell.report.failures import Failure
from bulk2cell.report.report import report
from bulk2cell.run.inputs import Reference, make_results_folder
from bulk2cell.run.pair import run_pair
from bulk2cell.run.params_file import AllParameters
from bulk2cell.run.sample_sheet import SheetRow, read_sample_sheet
from bulk2cell.run.screen import FOLDER, name_screens, screen_cells
from bulk2cell.strategies import choose_strategies


@dataclass(frozen=True)
class Job:
    """What is done for a row of the sample sheet: a pair with one file of gene sets, or a screen.

    Attributes
    ----------
    setting
        Name of the gene sets; empty for a screen.
    """

    row: SheetRow
    what: str
    setting: str
    make: Callable[[], list[Manifest]]


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
        Folder for all artefacts: <pair>/<gene sets>/..., <pair>/screen and report/.

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
        for job in list_jobs(pairs, reference, parameters, results):
            say(f"--- {job.row.pair}: {job.what}")
            try:
                artefacts += job.make()
            except Exception as error:
                failures.append(record_failure(job.row, job.setting, error))
                say(f"error: {failures[-1]}")
        return Outcome(report(artefacts, results / "report", failures), tuple(failures))


def list_jobs(
    rows: list[SheetRow], reference: Reference, parameters: AllParameters, results: Path
) -> list[Job]:
    """Return what there is to do: the screens, then every pair with every file of gene sets."""
    paths = {"bulk": reference.bulk, "response": reference.response}
    if reference.gene_ids:
        paths["gene_ids"] = reference.gene_ids

    @cache
    def digests() -> dict[str, str]:
        return {name: sha256(path) for name, path in paths.items()}

    @cache
    def opened() -> Opened:
        return read_reference(paths, digests())

    def screen(row: SheetRow) -> list[Manifest]:
        return [screen_cells(row, digests(), opened, parameters, results)]

    screens = name_screens(rows) if parameters.run.screen else {}
    return [
        *(Job(row, "screen", "", partial(screen, row)) for row in rows if screens.get(row.pair) == row.pair),
        *(
            Job(
                row,
                f"{row.drug}, {gene_sets.name}",
                name_gene_sets(gene_sets),
                partial(run_pair, row, gene_sets, reference, parameters, results),
            )
            for row in rows
            if row.drug
            for gene_sets in reference.gene_sets
        ),
    ]


def check_pairs(sheet: Path, reference: Reference, parameters: AllParameters) -> list[SheetRow]:
    """Check everything that a run was given, and return the pairs of its sample sheet.

    Raises
    ------
    InputError
        If the sample sheet or the reference data are wrong.
    ParameterError
        If a strategy is unknown.
    """
    names = [name_gene_sets(path) for path in reference.gene_sets]
    if len(set(names)) < len(names):
        raise InputError(
            f"gene sets: two files have the same name among {', '.join(names)}; rename one of them"
        )
    if parameters.run.screen and FOLDER in names:
        raise InputError(f"gene sets: a file named {FOLDER} would take the folder of the screen; rename it")
    choose_strategies(parameters.run.strategies)
    refuse_missing([reference.bulk, reference.response, *filter(None, [reference.gene_ids])])
    rows = read_sample_sheet(sheet, reference.response, screen=parameters.run.screen)
    if any(row.drug for row in rows):
        refuse_missing(reference.gene_sets)
    return rows


def refuse_missing(paths: Iterable[Path]) -> None:
    """Refuse files of reference data that are not there.

    Raises
    ------
    InputError
        If one is missing.
    """
    for path in paths:
        if not path.is_file():
            raise InputError(f"{path}: no such file; check the path, or get it with `bulk2cell fetch`")


def record_failure(pair: SheetRow, setting: str, error: Exception) -> Failure:
    """Return the stage and the one line of a pair that failed; print the traceback of our own bugs."""
    stage = next(iter(getattr(error, "__notes__", [])), "run")
    if not is_foreseen(error):
        traceback.print_exception(error)
    return Failure(pair.pair, stage, one_line(error), setting)
