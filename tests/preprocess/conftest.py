from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd
import pytest

from bulk2cell.parameters import CellInput, CellLabels, StudyParameters
from bulk2cell.preprocess.sources import Sources
from bulk2cell.simulate.synthesise import DRUG
from bulk2cell.stages import preprocess

MakeStudy = Callable[..., Path]


@pytest.fixture(scope="session")
def raw_cells(world: Path) -> ad.AnnData:
    """The world's cells as they stand in their file; copy before you change them."""
    return ad.read_h5ad(world / "cells.h5ad")


@pytest.fixture(scope="session")
def counts(raw_cells: ad.AnnData) -> pd.DataFrame:
    """The world's counts, cells x genes."""
    return raw_cells.to_df().astype(int)


@pytest.fixture
def make_study(world: Path, tmp_path: Path) -> MakeStudy:
    """Make a study of the world; keywords replace its files and parameters."""

    def make(
        name: str = "study",
        exclude_lines: tuple[str, ...] = (),
        cell_input: CellInput | None = None,
        cell_labels: CellLabels | None = None,
        parameters: StudyParameters | None = None,
        **files: Any,
    ) -> Path:
        given = {
            "bulk": world / "bulk.parquet",
            "response": world / "response.parquet",
            "cells": world / "cells.h5ad",
            "gene_sets": world / "gene_sets.gmt",
        }
        return preprocess(
            Sources(**{**given, **files}),
            "world",
            DRUG,
            tmp_path / name,
            exclude_lines,
            "simulated",
            cell_input or CellInput(),
            cell_labels or CellLabels(label_column="label", sample_column="cell_line"),
            parameters or StudyParameters(hvg=100),
        )

    return make
