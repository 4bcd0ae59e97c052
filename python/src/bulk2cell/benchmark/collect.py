"""The scores of all jobs as tidy tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bulk2cell.artefacts.folder import read_manifest, sha256
from bulk2cell.benchmark.jobs import Job

SETTING = ["setting", "parameter", "parameter_value"]


@dataclass(frozen=True)
class Results:
    """What all jobs found.

    Attributes
    ----------
    scores
        setting, parameter, parameter_value (text), then the columns of scores.parquet.
    intervals
        The same three, then the columns of intervals.parquet.
    simulated
        Pairs whose cells are simulated.
    inputs
        sha256 of the manifests of all scores.
    """

    scores: pd.DataFrame
    intervals: pd.DataFrame
    simulated: tuple[str, ...]
    inputs: Mapping[str, str]


def collect(jobs: Sequence[Job]) -> Results:
    """Read the scores of jobs, of which there is at least one."""
    found = [(job, read_manifest(job.home / "scores", "scores")) for job in jobs]
    return Results(
        _together(jobs, "scores"),
        _together(jobs, "intervals"),
        tuple(dict.fromkeys(job.pair.pair for job, manifest in found if manifest.content["simulated"])),
        {
            f"{job.setting.name}/{job.pair.pair}/{job.gene_sets.stem}": sha256(manifest.path / "scores.json")
            for job, manifest in found
        },
    )


def _together(jobs: Sequence[Job], table: str) -> pd.DataFrame:
    tables = []
    for job in jobs:
        rows = pd.read_parquet(job.home / "scores" / f"{table}.parquet")
        values = (job.setting.name, job.setting.parameter, job.setting.value)
        columns = list(rows)
        tables.append(rows.assign(**dict(zip(SETTING, values, strict=True)))[[*SETTING, *columns]])
    return pd.concat(tables, ignore_index=True)
