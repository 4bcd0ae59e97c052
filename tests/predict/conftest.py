from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd
import pytest

from bulk2cell.artefacts.predictions import read_predictions
from bulk2cell.parameters import CellInput, PredictParameters, Scale
from bulk2cell.stages import predict


@pytest.fixture
def raw(world: Path) -> ad.AnnData:
    """The world's raw counts."""
    return ad.read_h5ad(world / "cells.h5ad")


@pytest.fixture
def score(tiny_model: Path, tmp_path: Path) -> Callable[..., "pd.Series[float]"]:
    """Predict a file, a study or an AnnData with the tiny model and return the probability per cell."""
    made = 0

    def run(
        cells: Path | ad.AnnData, model: Path = tiny_model, scale: Scale = "auto", **settings: Any
    ) -> "pd.Series[float]":
        nonlocal made
        made += 1
        if isinstance(cells, ad.AnnData):
            cells.write_h5ad(tmp_path / f"cells{made}.h5ad")
            cells = tmp_path / f"cells{made}.h5ad"
        out = tmp_path / f"predictions{made}"
        predict(model, cells, out, CellInput(scale=scale), PredictParameters(**settings))
        return read_predictions(out).table.set_index("cell")["probability"]

    return run
