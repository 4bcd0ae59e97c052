import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.genes.columns import (
    Columns,
    find_columns,
    in_order,
    keep_highest,
    narrow,
    pick_genes,
)


def found_of(symbols: list[str], genes: str) -> Columns:
    return find_columns(pd.Index(symbols), pd.Index(list(genes)))


def test_genes_are_found_in_the_order_that_is_wanted() -> None:
    found = found_of(["x", "B", "A", "B"], "CBA")
    assert found.columns.tolist() == [1, 3, 2]
    assert found.places.tolist() == [0, 0, 1]
    assert found.present.tolist() == [1, 2]
    assert found.repeated
    assert not found_of(["x", "B"], "AB").repeated


@pytest.mark.parametrize("matrix", [np.asarray, sp.csr_matrix])
def test_a_block_has_the_wanted_genes_alone_and_repeats_are_added_up(matrix: type) -> None:
    X = matrix(np.array([[1, 2, 3, 4], [4, 0, 6, 0]], dtype=np.float32))
    block = pick_genes(X, found_of(["C", "x", "A", "C"], "ABC"))
    assert block.toarray().tolist() == [[3, 5], [6, 4]]
    assert block.dtype == np.float32


@pytest.mark.parametrize("symbols", ["AB", "AA"])
def test_zeros_that_a_file_stores_are_no_entries_and_stay_in_the_file(symbols: str) -> None:
    X = sp.csr_matrix((np.array([0, 5], np.float32), [0, 1], [0, 2]), shape=(1, 2))
    assert pick_genes(X, found_of(list(symbols), "AB")).nnz == 1
    assert X.nnz == 2


def test_of_repeats_that_cannot_be_added_the_highest_stays() -> None:
    names = pd.Index(["a1", "b", "a2", "a3"])
    kept = keep_highest(found_of(["A", "B", "A", "A"], "AB"), names, np.array([1.0, 9.0, 3.0, 3.0]))
    assert kept.columns.tolist() == [2, 1]
    assert kept.places.tolist() == [0, 1]


def test_fewer_genes_are_picked_as_among_all() -> None:
    X = np.random.default_rng(0).integers(0, 3, (20, 8)).astype(np.float32)
    every = found_of(list("CABDABEA"), "ABCDE")
    some = narrow(every, np.array([0, 3]))
    assert some.present.tolist() == [0, 3]
    assert np.array_equal(pick_genes(X, some).toarray(), pick_genes(X, every).toarray()[:, [0, 3]])


def test_cells_in_order_are_the_same_cells() -> None:
    X = sp.random(30, 40, 0.3, "csr", np.float32, random_state=0)
    mixed = X[:, np.random.default_rng(0).permutation(40)]
    assert not mixed.has_sorted_indices
    assert in_order(mixed).has_sorted_indices
    assert np.array_equal(in_order(mixed).toarray(), mixed.toarray())
