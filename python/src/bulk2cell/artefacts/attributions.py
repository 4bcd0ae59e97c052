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
    """Attributions; columns as in `tables.TABLES`.

    Attributes
    ----------
    genes, pathways
        A row per gene and per pathway unit, sorted by contribution.
    enrichment
        A row per gene set.
    """

    genes: pd.DataFrame
    pathways: pd.DataFrame
    enrichment: pd.DataFrame

    def write(self, draft: Draft) -> None:
        """Put the tables into a draft."""
        for name in get_args(AttributionTable):
            write_table(draft, "attributions", f"{name}.parquet", getattr(self, name))


def read_attributions(manifest: Manifest, table: AttributionTable) -> pd.DataFrame:
    """Read a table of attributions whose manifest has been read; see `Attributions`.

    Raises
    ------
    ArtefactError
        If it is damaged.
    """
    return read_table(manifest, f"{table}.parquet")
