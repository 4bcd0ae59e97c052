import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.errors import InputError
from bulk2cell.predict.align import find_genes, keep_highest, model_genes


def test_genes_are_found_by_name_in_the_models_order() -> None:
    found = find_genes(pd.Index(["x", "B", "A", "B"]), ["A", "B", "C"], 0.5, "cells")
    assert found.columns.tolist() == [2, 1, 3]
    assert found.places.tolist() == [0, 1, 1]
    assert found.present.tolist() == [0, 1]


def test_the_smallest_overlap_is_enough_and_less_is_not() -> None:
    cells = pd.Index(["A", "B", "B", "B"])
    find_genes(cells, ["A", "B", "C", "D"], 0.5, "cells")
    with pytest.raises(InputError, match=r"mine: 2 of the model's 4 genes.*\(50%\), at least 51%"):
        find_genes(cells, ["A", "B", "C", "D"], 0.51, "mine")


@pytest.mark.parametrize("matrix", [np.asarray, sp.csr_matrix])
def test_a_block_has_the_models_genes_alone_and_repeats_are_added_up(matrix: type) -> None:
    X = matrix(np.array([[1, 2, 3, 4], [4, 0, 6, 0]], dtype=np.float32))
    found = find_genes(pd.Index(["C", "x", "A", "C"]), ["A", "B", "C"], 0, "cells")
    block = model_genes(X, found)
    assert block.toarray().tolist() == [[3, 5], [6, 4]]
    assert block.dtype == np.float32
    assert block.has_sorted_indices


def test_zeros_that_a_file_stores_are_no_entries() -> None:
    X = sp.csr_matrix((np.array([0, 5], np.float32), [0, 1], [0, 2]), shape=(1, 2))
    assert model_genes(X, find_genes(pd.Index(["A", "B"]), ["A", "B"], 1, "cells")).nnz == 1


def test_of_repeats_that_cannot_be_added_the_highest_stays() -> None:
    names = pd.Index(["a1", "b", "a2", "a3"])
    found = find_genes(pd.Index(["A", "B", "A", "A"]), ["A", "B"], 0, "cells")
    kept = keep_highest(found, names, np.array([1.0, 9.0, 3.0, 3.0]))
    assert kept.columns.tolist() == [2, 1]
    assert kept.places.tolist() == [0, 1]
