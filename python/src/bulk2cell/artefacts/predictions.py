"""Predictions: one row per cell."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bulk2cell.artefacts.folder import Artefact, Draft
from bulk2cell.artefacts.manifest import Manifest, manifest_of
from bulk2cell.artefacts.tables import read_table

COLUMNS = {"cell": pa.string(), "probability": pa.float64(), "call": pa.string()}
PREDICTIONS_FILE = "predictions.parquet"
CELLS_AT_ONCE = 20_000  # as many rows as are turned into Arrow's form at a time


@dataclass(frozen=True, kw_only=True)
class Predictions(Artefact):
    """Predictions; columns of the table: cell, probability (of sensitive), call."""

    table: pd.DataFrame

    def write(self, draft: Draft) -> None:
        """Put the table into a draft."""
        schema = pa.schema(COLUMNS.items())
        with pq.ParquetWriter(draft.folder / PREDICTIONS_FILE, schema) as file:
            for start in range(0, len(self.table), CELLS_AT_ONCE):
                part = self.table.iloc[start : start + CELLS_AT_ONCE]
                file.write_table(pa.Table.from_pandas(part, schema, preserve_index=False))


def read_predictions(artefact: Path | Manifest) -> Predictions:
    """Read predictions.

    Raises
    ------
    ArtefactError
        If the folder holds no complete predictions of this format.
    """
    manifest = manifest_of(artefact, "predictions")
    return Predictions(manifest=manifest, table=read_table(manifest, PREDICTIONS_FILE))
