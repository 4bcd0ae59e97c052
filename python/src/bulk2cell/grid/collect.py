"""The scores of all jobs as tidy tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.manifest import Manifest, read_manifest, sha256
from bulk2cell.artefacts.scores import ScoreTable, read_scores
from bulk2cell.grid.grid import Setting

SETTING = ["setting", "parameter", "parameter_value"]


@dataclass(frozen=True)
class Scored:
    """The scores of one pair with one gene-set collection in one setting."""

    setting: Setting
    pair: str
    gene_sets: str
    folder: Path


@dataclass(frozen=True)
class Results:
    """Scores of all jobs.

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


def collect(scored: Sequence[Scored]) -> Results:
    """Read scores, of which there is at least one."""
    found = [(one, read_manifest(one.folder, "scores")) for one in scored]
    return Results(
        _concatenate(found, "scores"),
        _concatenate(found, "intervals"),
        tuple(dict.fromkeys(one.pair for one, manifest in found if manifest.content["simulated"])),
        {
            f"{one.setting.name}/{one.pair}/{one.gene_sets}": sha256(manifest.path / "scores.json")
            for one, manifest in found
        },
    )


def _concatenate(found: Sequence[tuple[Scored, Manifest]], table: ScoreTable) -> pd.DataFrame:
    tables = []
    for one, manifest in found:
        rows = read_scores(manifest, table)
        values = (one.setting.name, one.setting.parameter, one.setting.value)
        columns = list(rows)
        tables.append(rows.assign(**dict(zip(SETTING, values, strict=True)))[[*SETTING, *columns]])
    return pd.concat(tables, ignore_index=True)
