"""A sample sheet under every setting of a grid, into one tidy table and one page."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bulk2cell.artefacts.folder import claimed
from bulk2cell.errors import InputError
from bulk2cell.genes.sets import name_gene_sets
from bulk2cell.grid.collect import Scored
from bulk2cell.grid.compare import write_comparison
from bulk2cell.grid.grid import DEFAULT, read_settings
from bulk2cell.grid.jobs import do_jobs, list_jobs
from bulk2cell.progress import say
from bulk2cell.report.failures import Failure
from bulk2cell.run.inputs import make_results_folder, sheet_and_reference
from bulk2cell.run.run import check_pairs


@dataclass(frozen=True)
class Outcome:
    """Where the page and the table are, if there is anything to compare, and which jobs failed."""

    folder: Path | None
    failures: tuple[Failure, ...]


def benchmark(values: Mapping[str, Any], processes: int, where: str) -> Outcome:
    """Run every pair with every resource of gene sets under every setting of a grid, and compare.

    Finished jobs are not repeated. A job that fails does not stop the others.

    Parameters
    ----------
    values
        Parameters of `run`, flat, by name, and `grid`; the results go to <outdir>/runs and <outdir>/benchmark.
    processes
        Jobs at a time.
    where
        Name of the values in an error.

    Raises
    ------
    InputError
        If the grid, the sample sheet or the reference data are wrong, or a pair has no labels; nothing has been started
        then.
    ArtefactError
        If another `benchmark` is at work in the folder, or its last result must not be replaced; nothing has been started
        then.
    OSError
        If nothing can be written into the results folder.
    """
    varied, settings = read_settings(values, where)
    default = settings[0].parameters
    sheet, reference = sheet_and_reference(default)
    pairs = check_pairs(sheet, reference, default)
    unlabelled = [pair.pair for pair in pairs if not pair.labelled]
    if unlabelled:
        raise InputError(
            f"{sheet}: pair {unlabelled[0]!r} has no labels, and a benchmark compares with labels; give label_column, or "
            "leave the pair out"
        )
    results = Path(default.inputs.outdir)
    out = results / "benchmark"
    make_results_folder(results)
    with claimed(out, "benchmark"):
        jobs = list_jobs(settings, pairs, reference, results / "runs")
        say(f"benchmark: {len(settings)} settings, {len(pairs)} pairs, {len(reference.gene_sets)} gene sets")
        done, failures = do_jobs(jobs, processes)
        scored = [
            Scored(job.setting, job.pair.pair, name_gene_sets(job.gene_sets), job.home / "scores")
            for job in done
        ]
        if failures and not any(one.setting.name == DEFAULT for one in scored):
            say("benchmark: no job of the default setting finished, so there is nothing to compare with")
            return Outcome(None, tuple(failures))
        return Outcome(write_comparison(out, scored, failures, varied, settings), tuple(failures))
