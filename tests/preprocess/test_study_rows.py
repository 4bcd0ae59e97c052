from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.cells import cell_file
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.parameters import CellInput, StudyParameters
from bulk2cell.preprocess import study_rows as rows_module
from bulk2cell.preprocess.study_rows import reordered, study_rows
from bulk2cell.preprocess.survey import survey_cells

CELLS, GENES = 50, 12
SYMBOLS = pd.Index([f"G{i % 9}" for i in range(GENES)])


def counts() -> sp.csr_matrix:
    return sp.csr_matrix(np.random.default_rng(0).poisson(0.7, (CELLS, GENES)).astype(np.float32))


def rows_of(X: Any, cells: list[int], genes: list[str], folder: Path) -> list[sp.csr_matrix]:
    obs = pd.DataFrame(index=[f"c{i}" for i in range(CELLS)])
    ad.AnnData(X, obs=obs).write_h5ad(folder / "cells.h5ad")
    with open_cells(folder / "cells.h5ad", CellInput(), []) as file:
        survey = survey_cells(file, SYMBOLS, "auto", StudyParameters())
        return list(study_rows(file, survey, np.array(cells), pd.Index(genes), 1e4, folder))


@pytest.mark.parametrize("cells", [list(range(3, 40)), [7, 2, 49, 30, 0, 31]])
@pytest.mark.parametrize("form", [sp.csr_matrix, sp.csc_matrix, lambda X: X.toarray()])
def test_rows_are_those_of_the_cells_in_the_order_that_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Any, cells: list[int]
) -> None:
    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", 7)
    monkeypatch.setattr(rows_module, "ROWS_AT_ONCE", 4)
    found = rows_of(form(counts()), cells, ["G1", "G8"], tmp_path)
    assert len(found) > 1
    assert all(part.has_sorted_indices for part in found)
    summed = counts().toarray() @ (SYMBOLS.to_numpy()[:, None] == ["G1", "G8"])
    normalised = summed / counts().toarray().sum(axis=1, keepdims=True) * 1e4
    assert sp.vstack(found).toarray() == pytest.approx(np.log1p(normalised)[cells], rel=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == ["cells.h5ad"]


def test_log_values_and_z_scores_are_taken_as_they_are(tmp_path: Path) -> None:
    log = sp.csr_matrix(counts().log1p().multiply(np.where(np.arange(GENES) == 10, 3, 1)), dtype=np.float32)
    kept = {"G0": 0, "G1": 10}
    found = rows_of(log, [1, 0], list(kept), tmp_path)
    assert np.array_equal(sp.vstack(found).toarray(), log.toarray()[[1, 0]][:, list(kept.values())])
    z = log.toarray() - 4
    found = rows_of(z, [1, 0], list(kept), tmp_path)
    assert np.array_equal(sp.vstack(found).toarray(), z[[1, 0]][:, list(kept.values())])


def test_blocks_are_read_once_before_the_first_row_of_another_order(tmp_path: Path) -> None:
    seen = []

    def blocks() -> Iterator[sp.csr_matrix]:
        for number in range(3):
            seen.append(number)
            yield sp.csr_matrix(np.array([[number, 0], [0, 0], [0, number + 10]], dtype=np.float32))

    rows = reordered(blocks(), np.array([8, 0, 3, 1]), tmp_path)
    assert next(rows).toarray().tolist() == [[0, 12], [0, 0], [1, 0], [0, 0]]
    assert seen == [0, 1, 2]
    assert next(rows, None) is None
