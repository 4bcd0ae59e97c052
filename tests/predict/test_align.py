import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.errors import InputError
from bulk2cell.predict.align import Columns, find_genes, keep_highest, model_genes

GENES = ["A", "B", "C", "D"]


def found_of(symbols: list[str], genes: int, min_overlap: float = 0, where: str = "cells") -> Columns:
    return find_genes(pd.Index(symbols), GENES[:genes], np.arange(genes), min_overlap, where)


def test_genes_are_found_by_name_in_the_models_order() -> None:
    found = found_of(["x", "B", "A", "B"], 3, 0.5)
    assert found.columns.tolist() == [2, 1, 3]
    assert found.places.tolist() == [0, 1, 1]
    assert found.present.tolist() == [0, 1]


def test_the_order_of_the_genes_is_the_one_asked_for() -> None:
    found = find_genes(pd.Index(["x", "B", "A", "B"]), ["A", "B", "C"], np.array([2, 1, 0]), 0.5, "cells")
    assert found.columns.tolist() == [1, 3, 2]
    assert found.places.tolist() == [0, 0, 1]
    assert found.present.tolist() == [1, 0]


def test_the_smallest_overlap_is_enough_and_less_is_not() -> None:
    cells = ["A", "B", "B", "B"]
    found_of(cells, 4, 0.5)
    with pytest.raises(InputError, match=r"mine: 2 of the model's 4 genes.*\(50%\), at least 51%"):
        found_of(cells, 4, 0.51, "mine")


@pytest.mark.parametrize("matrix", [np.asarray, sp.csr_matrix])
def test_a_block_has_the_models_genes_alone_and_repeats_are_added_up(matrix: type) -> None:
    X = matrix(np.array([[1, 2, 3, 4], [4, 0, 6, 0]], dtype=np.float32))
    block = model_genes(X, found_of(["C", "x", "A", "C"], 3))
    assert block.toarray().tolist() == [[3, 5], [6, 4]]
    assert block.dtype == np.float32


def test_zeros_that_a_file_stores_are_no_entries() -> None:
    X = sp.csr_matrix((np.array([0, 5], np.float32), [0, 1], [0, 2]), shape=(1, 2))
    assert model_genes(X, found_of(["A", "B"], 2)).nnz == 1


def test_of_repeats_that_cannot_be_added_the_highest_stays() -> None:
    names = pd.Index(["a1", "b", "a2", "a3"])
    found = found_of(["A", "B", "A", "A"], 2)
    kept = keep_highest(found, names, np.array([1.0, 9.0, 3.0, 3.0]))
    assert kept.columns.tolist() == [2, 1]
    assert kept.places.tolist() == [0, 1]
