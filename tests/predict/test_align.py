import numpy as np
import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.genes.columns import Columns
from bulk2cell.predict.align import find_genes

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
