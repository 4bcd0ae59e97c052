"""Scores: what every method reaches on a study's labelled cells, with intervals, the scored cells and their layout."""

from typing import Literal, get_args

import pandas as pd

from bulk2cell.artefacts.folder import Draft
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.tables import read_table, write_table

ScoreTable = Literal["scores", "intervals", "cells", "clusters"]


def write_scores(
    draft: Draft,
    scores: pd.DataFrame,
    intervals: pd.DataFrame,
    cells: pd.DataFrame,
    clusters: pd.DataFrame,
) -> None:
    """Put scores into a draft; columns as in `tables.TABLES`.

    Parameters
    ----------
    draft
        Its content: see `content.Scores`.
    scores
        A row per strategy, seed, method and metric.
    intervals
        A row per strategy, method, metric and what it is over: seeds or bootstrap.
    cells
        A row per cell of the study, strategy and seed; a shot is without label.
    clusters
        A row per cell and space.
    """
    for name, table in zip(get_args(ScoreTable), (scores, intervals, cells, clusters), strict=True):
        write_table(draft, "scores", f"{name}.parquet", table)


def read_scores(manifest: Manifest, table: ScoreTable) -> pd.DataFrame:
    """Read a table of scores whose manifest has been read; see `write_scores`.

    Raises
    ------
    ArtefactError
        If it is damaged.
    """
    return read_table(manifest, f"{table}.parquet")
