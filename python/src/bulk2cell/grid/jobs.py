"""The jobs of a benchmark: one setting, one pair, one gene-set collection."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, replace
from pathlib import Path

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.genes.sets import name_gene_sets
from bulk2cell.grid.grid import Setting, find_alike
from bulk2cell.grid.pool import run_in_parallel
from bulk2cell.report.failures import Failure
from bulk2cell.run.inputs import Reference
from bulk2cell.run.pair import make_study, open_once, run_models
from bulk2cell.run.run import record_failure
from bulk2cell.run.sample_sheet import SheetRow

LOG = "log.txt"


@dataclass(frozen=True)
class Job:
    """One setting, one pair, one gene-set collection.

    Attributes
    ----------
    home
        Folder of its artefacts and of its record of finished stages; no two jobs write to one at a time.
    study
        Its study: in its own home, or in that of the first setting that preprocesses in the same way.
    """

    setting: Setting
    pair: SheetRow
    gene_sets: Path
    reference: Reference
    home: Path
    study: Path


def list_jobs(
    settings: Sequence[Setting], pairs: Sequence[SheetRow], reference: Reference, runs: Path
) -> list[Job]:
    """Return the jobs, in the order of settings, pairs and gene sets.

    Parameters
    ----------
    runs
        Folder of all jobs: <setting>/<pair>/<gene sets>.
    """
    jobs = []
    for setting in settings:
        alike = find_alike(setting, settings)
        for pair in pairs:
            for gene_sets in reference.gene_sets:
                place = Path(pair.pair) / name_gene_sets(gene_sets)
                study = runs / alike.name / place / "study"
                jobs.append(Job(setting, pair, gene_sets, reference, runs / setting.name / place, study))
    return jobs


def do_jobs(jobs: Sequence[Job], processes: int) -> tuple[list[Job], list[Failure]]:
    """Make all studies, then train and score on them.

    Returns
    -------
    list of Job
        Jobs that finished.
    list of Failure
        One for each that did not; a failed study is named once, and no job that needs it is started.
    """
    owners = [job for job in jobs if job.study.parent == job.home]
    prepared = run_in_parallel(prepare, owners, processes, "studies")
    broken = {job.study for job, failure in zip(owners, prepared, strict=True) if failure}
    ready = [job for job in jobs if job.study not in broken]
    trained = run_in_parallel(train_and_score, ready, processes, "models")
    done = [job for job, failure in zip(ready, trained, strict=True) if failure is None]
    return done, [failure for failure in (*prepared, *trained) if failure]


def prepare(job: Job) -> Failure | None:
    """Make the study of a job."""
    parameters = job.setting.parameters
    return _attempt(
        job, lambda: make_study(job.pair, job.gene_sets, job.reference, parameters, job.home, job.study)
    )


def train_and_score(job: Job) -> Failure | None:
    """Train, predict and evaluate every strategy and seed of a job, without attributions."""
    given = job.setting.parameters
    parameters = replace(given, run=replace(given.run, skip_attribution=True, skip_controls=True))
    return _attempt(
        job,
        lambda: run_models(
            open_once(read_manifest(job.study, "study")), job.pair, parameters, job.home, job.home
        ),
    )


def _attempt(job: Job, work: Callable[[], object]) -> Failure | None:
    try:
        with _log_to_file(job.home):
            work()
    except Exception as error:
        failure = record_failure(job.pair, name_gene_sets(job.gene_sets), error)
        return replace(failure, setting=f"{job.setting.name}, {failure.setting}")
    return None


@contextmanager
def _log_to_file(home: Path) -> Iterator[None]:
    """Write a job's messages to a file of its own, since many jobs run at once."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOG).open("a", encoding="utf-8") as log, redirect_stderr(log):
        yield
