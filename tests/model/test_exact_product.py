from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bulk2cell.model.exact_product import exact_product, factor_bits, rounded


def factors(
    rows: int, terms: int, columns: int, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return two matrices of values of very different sizes, some of them 0."""
    rng = np.random.default_rng(seed)
    shapes = (rows, terms), (terms, columns)
    x, weight = (rng.standard_normal(shape) * 10.0 ** rng.integers(-6, 6, shape) for shape in shapes)
    x[rng.random(x.shape) < 0.3] = 0
    return x.astype(np.float32), weight.astype(np.float32)


shapes = given(st.integers(1, 30), st.integers(1, 400), st.integers(1, 30), st.integers(0, 2**32 - 1))


@settings(max_examples=60, deadline=None)
@shapes
def test_neither_other_rows_nor_the_order_of_terms_change_a_bit(
    rows: int, terms: int, columns: int, seed: int
) -> None:
    x, weight = factors(rows, terms, columns, seed)
    found = exact_product(x, rounded(weight))
    rng = np.random.default_rng(seed)
    order, among = rng.permutation(terms), rng.permutation(rows)
    assert (exact_product(x[:, order], rounded(weight[order])) == found).all()
    assert (exact_product(np.tile(x[among], (3, 1)), rounded(weight))[rows:-rows] == found[among]).all()
    for row in range(rows):
        assert (exact_product(x[row : row + 1], rounded(weight)) == found[row]).all()


@settings(max_examples=60, deadline=None)
@shapes
def test_it_is_the_product_to_the_precision_of_float32(
    rows: int, terms: int, columns: int, seed: int
) -> None:
    x, weight = factors(rows, terms, columns, seed)
    found = exact_product(x, rounded(weight))
    largest = np.abs(x).max(axis=1, keepdims=True).astype(float) * np.abs(weight).max(axis=0).astype(float)
    error = np.abs(found - x.astype(float) @ weight.astype(float))
    assert (error <= terms * largest * 2.0 ** (1 - factor_bits(terms))).all()


@pytest.mark.parametrize("terms", [1, 2, 3, 700, 4096, 4097])
def test_sums_of_the_largest_factors_are_exact(terms: int) -> None:
    largest = np.nextafter(np.float32(2), np.float32(0))
    x, weight = np.full((1, terms), largest), np.full((terms, 1), -largest)
    factor = Fraction(float(rounded(weight)[0, 0]))
    assert Fraction(float(exact_product(x, rounded(weight))[0, 0])) == -terms * factor**2


def test_nothing_times_something_is_nothing() -> None:
    weight = rounded(np.ones((3, 2), np.float32))
    assert exact_product(np.zeros((0, 3), np.float32), weight).shape == (0, 2)
    assert (exact_product(np.zeros((2, 3), np.float32), weight) == 0).all()
    assert (exact_product(np.zeros((2, 0), np.float32), rounded(np.zeros((0, 2), np.float32))) == 0).all()
