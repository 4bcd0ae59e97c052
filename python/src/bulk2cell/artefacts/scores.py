"""Scores: what every method reaches on a study's labelled cells, with intervals, the scored cells and their layout."""

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from bulk2cell.artefacts.folder import Artefact, Draft
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.tables import read_table, write_table

ScoreTable = Literal["scores", "intervals", "cells", "clusters"]


@dataclass(frozen=True, kw_only=True)
class Scores(Artefact):
    """Scores; columns as in `tables.TABLES`.

    Attributes
    ----------
    scores
        A row per strategy, seed, method and metric.
    intervals
        A row per strategy, method, metric and what it is over: seeds or bootstrap.
    cells
        A row per cell of the study, strategy and seed; a shot is without label.
    clusters
        A row per cell and space.
    """

    scores: pd.DataFrame
    intervals: pd.DataFrame
    cells: pd.DataFrame
    clusters: pd.DataFrame

    def write(self, draft: Draft) -> None:
        """Put the tables into a draft."""
        for name in get_args(ScoreTable):
            write_table(draft, "scores", f"{name}.parquet", getattr(self, name))


def read_scores(manifest: Manifest, table: ScoreTable) -> pd.DataFrame:
    """Read a table of scores whose manifest has been read; see `Scores`.

    Raises
    ------
    ArtefactError
        If it is damaged.
    """
    return read_table(manifest, f"{table}.parquet")
