from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.errors import InputError
from bulk2cell.parameters import StudyParameters
from bulk2cell.preprocess.quality import filter_quality


def cells() -> ad.AnnData:
    X = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]], dtype=np.float32)
    obs = pd.DataFrame({"n_genes": (X > 0).sum(axis=1)}, index=["full", "half", "poor", "empty"])
    return ad.AnnData(sp.csr_matrix(X), obs=obs, var=pd.DataFrame(index=list("ABCD")))


def test_poor_cells_go_first_and_then_the_genes_that_only_they_had() -> None:
    left, account = filter_quality(
        cells(), StudyParameters(min_genes_per_cell=2, min_cells_per_gene=1), Path("f")
    )
    assert list(left.obs_names) == ["full", "half"]
    assert list(left.var_names) == ["A", "B", "C"]
    assert [(step["before"], step["after"]) for step in account] == [(4, 2), (4, 3)]


def test_rare_genes_go() -> None:
    left, _ = filter_quality(cells(), StudyParameters(min_genes_per_cell=1, min_cells_per_gene=2), Path("f"))
    assert list(left.var_names) == ["A", "B"]
    assert "empty" not in left.obs_names


def test_nothing_left_says_how_much_there_was() -> None:
    with pytest.raises(InputError, match=r"most genes in a cell: 3\)"):
        filter_quality(cells(), StudyParameters(min_genes_per_cell=10), Path("f"))
