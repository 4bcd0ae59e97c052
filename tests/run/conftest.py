from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bulk2cell.run.inputs import Reference
from bulk2cell.simulate.synthesise import DRUG


@pytest.fixture
def write_sheet(world: Path, tmp_path: Path) -> Callable[..., Path]:
    """Write a sample sheet: a row per dictionary, each on top of a good one."""

    def write(*rows: dict[str, Any], name: str = "sheet.csv") -> Path:
        good = {"pair": "first", "drug": DRUG, "cells": world / "cells.h5ad", "label_column": "label"}
        pd.DataFrame([{**good, **row} for row in rows]).to_csv(tmp_path / name, index=False)
        return tmp_path / name

    return write


@pytest.fixture
def reference(world: Path) -> Reference:
    """The small world as reference data."""
    return Reference(world / "bulk.parquet", world / "response.parquet", (world / "gene_sets.gmt",), None)
