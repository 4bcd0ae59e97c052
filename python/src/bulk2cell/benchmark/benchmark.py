"""A sample sheet under every setting of a grid, into one tidy table and one page."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bulk2cell.artefacts.folder import new_artefact, refuse_to_replace
from bulk2cell.benchmark.collect import collect
from bulk2cell.benchmark.grid import DEFAULT, read_grid, settings_of, varied_values
from bulk2cell.benchmark.jobs import do_jobs, jobs_of
from bulk2cell.benchmark.page import page
from bulk2cell.benchmark.summary import over_pairs, per_pair
from bulk2cell.errors import ArtefactError, InputError
from bulk2cell.progress import say
from bulk2cell.report.failures import Failure
from bulk2cell.report.svg import style
from bulk2cell.report.tables import write_tables
from bulk2cell.run.inputs import sheet_and_reference
from bulk2cell.run.run import checked_pairs


@dataclass(frozen=True)
class Outcome:
    """Where the page and the table are, and which jobs failed."""

    folder: Path
    failures: tuple[Failure, ...]


def benchmark(values: Mapping[str, Any], grid: str | None, processes: int, where: str) -> Outcome:
    """Run every pair with every resource of gene sets under every setting of a grid, and compare.

    What is finished is not repeated. A job that fails does not stop the others.

    Parameters
    ----------
    values
        Parameters of `run`, flat, by name; the results go to <outdir>/runs and <outdir>/benchmark.
    grid
        See `read_grid`.
    processes
        Jobs at a time.
    where
        What to call the values in an error.

    Raises
    ------
    InputError
        If the grid, the sample sheet or the reference data are wrong, or a pair has no labels; nothing has been started
        then.
    ArtefactError
        If every job failed.
    """
    varied = read_grid(grid)
    settings = settings_of(varied, values, where, f"grid {grid}")
    default = settings[0].parameters
    sheet, reference = sheet_and_reference(default)
    pairs = checked_pairs(sheet, reference, default)
    unlabelled = [pair.pair for pair in pairs if not pair.labelled]
    if unlabelled:
        raise InputError(
            f"{sheet}: pair {unlabelled[0]!r} has no labels, and a benchmark compares with labels; give label_column, or "
            "leave the pair out"
        )
    results = Path(default.inputs.outdir)
    out = results / "benchmark"
    refuse_to_replace(out, "benchmark")
    jobs = jobs_of(settings, pairs, reference, results / "runs")
    say(f"benchmark: {len(settings)} settings, {len(pairs)} pairs, {len(reference.gene_sets)} gene sets")
    done, failures = do_jobs(jobs, processes)
    if not any(job.setting.name == DEFAULT for job in done):
        raise ArtefactError(
            f"no job of the default setting came to its end; the first failure: {failures[0]}"
        )
    found = collect(done)
    by = ["setting", "parameter", "parameter_value", "regime", "method", "strategy"]
    stated = {"grid": dict(varied), "failures": [str(failure) for failure in failures]}
    with new_artefact(out, "benchmark", stated, found.inputs) as draft, style():
        text = page(found, failures, varied_values(default))
        (draft.folder / "benchmark.html").write_text(text, encoding="utf-8")
        summary = over_pairs(per_pair(found.scores, by), by)
        write_tables(
            draft.folder, {"benchmark": found.scores, "intervals": found.intervals, "over_pairs": summary}
        )
        draft.content |= {
            "settings": [setting.name for setting in settings],
            "pairs": [pair.pair for pair in pairs],
            "simulated": list(found.simulated),
        }
    return Outcome(out, tuple(failures))
