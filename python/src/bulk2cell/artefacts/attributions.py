"""Attributions: what genes, pathway units and gene sets contribute to a model's calls."""

from typing import Literal, get_args

import pandas as pd

from bulk2cell.artefacts.folder import Draft
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.tables import read_table, write_table

AttributionTable = Literal["genes", "pathways", "enrichment"]


def write_attributions(
    draft: Draft, genes: pd.DataFrame, pathways: pd.DataFrame, enrichment: pd.DataFrame
) -> None:
    """Put attributions into a draft; columns as in `tables.TABLES`.

    Parameters
    ----------
    draft
        Its content: see `content.Attributions`.
    genes, pathways
        A row per gene and per pathway unit, sorted by contribution.
    enrichment
        A row per gene set.
    """
    for name, table in zip(get_args(AttributionTable), (genes, pathways, enrichment), strict=True):
        write_table(draft, "attributions", f"{name}.parquet", table)


def read_attributions(manifest: Manifest, table: AttributionTable) -> pd.DataFrame:
    """Read a table of attributions whose manifest has been read; see `write_attributions`.

    Raises
    ------
    ArtefactError
        If it is damaged.
    """
    return read_table(manifest, f"{table}.parquet")
