"""Predictions: one row per cell."""

from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.folder import Manifest, read_manifest


def read_predictions(path: Path) -> tuple[pd.DataFrame, Manifest]:
    """Read predictions: columns cell, probability (of sensitive), call, abstained.

    Raises
    ------
    ArtefactError
        If the folder holds no whole predictions of this format.
    """
    manifest = read_manifest(path, "predictions")
    return pd.read_parquet(path / "predictions.parquet"), manifest
