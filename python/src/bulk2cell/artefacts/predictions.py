"""Predictions: one row per cell."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bulk2cell.artefacts.folder import Draft
from bulk2cell.artefacts.manifest import Manifest, read_manifest
from bulk2cell.artefacts.tables import read_table

COLUMNS = {"cell": pa.string(), "probability": pa.float64(), "call": pa.string(), "abstained": pa.bool_()}


def write_predictions(draft: Draft, tables: Iterable[pd.DataFrame]) -> None:
    """Write predictions into a draft, one table at a time, so that not all are in memory at once.

    Parameters
    ----------
    tables
        Columns cell, probability (of sensitive), call, abstained.
    """
    schema = pa.schema(COLUMNS.items())
    with pq.ParquetWriter(draft.folder / "predictions.parquet", schema) as file:
        for table in tables:
            file.write_table(pa.Table.from_pandas(table, schema, preserve_index=False))


def read_predictions(path: Path) -> tuple[pd.DataFrame, Manifest]:
    """Read predictions: columns cell, probability (of sensitive), call, abstained.

    Raises
    ------
    ArtefactError
        If the folder holds no complete predictions of this format.
    """
    manifest = read_manifest(path, "predictions")
    return read_table(manifest, "predictions.parquet"), manifest
