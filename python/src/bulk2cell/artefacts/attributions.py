"""Attributions: what genes, pathway units and gene sets contribute to a model's calls."""

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from bulk2cell.artefacts.folder import Artefact, Draft
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.tables import read_table, write_table

AttributionTable = Literal["genes", "pathways", "enrichment"]


@dataclass(frozen=True, kw_only=True)
class Attributions(Artefact):
    """Attributions; tables as in `write_attributions`."""

    genes: pd.DataFrame
    pathways: pd.DataFrame
    enrichment: pd.DataFrame

    def write(self, draft: Draft) -> None:
        """Put the tables into a draft."""
        write_attributions(draft, self.genes, self.pathways, self.enrichment)


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
