import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.errors import InputError
from bulk2cell.predict.align import find_genes, standardised_block


def cells_of(genes: list[str]) -> ad.AnnData:
    return ad.AnnData(np.zeros((1, len(genes)), dtype=np.float32), var=pd.DataFrame(index=genes))


def test_genes_are_found_by_name() -> None:
    assert find_genes(cells_of(["x", "B", "A"]), ["A", "B", "C"], 0.5, "cells").tolist() == [2, 1, -1]


def test_the_smallest_overlap_is_enough_and_less_is_not() -> None:
    cells = cells_of(["A", "B"])
    find_genes(cells, ["A", "B", "C", "D"], 0.5, "cells")
    with pytest.raises(InputError, match=r"mine: 2 of the model's 4 genes.*\(50%\), at least 51%"):
        find_genes(cells, ["A", "B", "C", "D"], 0.51, "mine")


@pytest.mark.parametrize("matrix", [np.asarray, sp.csr_matrix])
def test_genes_are_put_in_the_models_order_scaled_and_filled_with_zero(matrix: type) -> None:
    X = matrix(np.array([[1, 2, 3], [4, 0, 6]], dtype=np.float32))
    mean, std = np.array([1, 9, 1], dtype=np.float32), np.array([2, 9, 1], dtype=np.float32)
    block = standardised_block(X, np.array([2, -1, 0]), mean, std)
    assert block.tolist() == [[1, 0, 0], [2.5, 0, 3]]
    assert block.dtype == np.float32
