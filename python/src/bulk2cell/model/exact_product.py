"""A dense product that no sum is rounded in, so that a row's bits depend on nothing but the row.

Libraries choose the order of a product's sums by processor, shape and place: the same row can give different last bits among
other rows. Here both factors are rounded first, to so few bits that every sum of their products is exact in float64, in
any order.
"""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32] | NDArray[np.float64]
Rounded = NDArray[np.float64]

EXACT_BITS = np.finfo(np.float64).nmant + 1


def factor_bits(terms: int) -> int:
    """Return the bits of each factor, so that a sum of so many products fits the 53 bits of float64; about 21."""
    return (EXACT_BITS - (terms - 1).bit_length()) // 2


def rounded(weight: Values) -> Rounded:
    """Return a weight (N x H) as `exact_product` takes it: each column rounded to multiples of a power of two."""
    steps = _find_steps(weight, factor_bits(len(weight)), axis=0)
    return np.rint(weight / steps) * steps


def exact_product(x: Values, weight: Rounded) -> Rounded:
    """Return x @ weight, the rows of x rounded to multiples of a power of two, each by its largest value.

    The relative error of a factor is about that of float32; no more comes on top. Rows have the same bits with any library,
    on any processor, alone or among others.

    Parameters
    ----------
    x
        Rows x N.
    weight
        N x H, from `rounded`.
    """
    if not x.size:
        return np.zeros((len(x), weight.shape[1]))
    steps = _find_steps(x, factor_bits(len(weight)), axis=1)
    whole = x * (1 / steps)
    product: Rounded = np.rint(whole, out=whole) @ weight
    product *= steps
    return product


def _find_steps(x: Values, bits: int, axis: int) -> Rounded:
    """Return the power of two of which the values along an axis are no more than 2 to the power of `bits` multiples."""
    if not x.size:
        return np.ones((1, x.shape[1]))
    largest = np.maximum(x.max(axis=axis, keepdims=True), -x.min(axis=axis, keepdims=True))
    return np.asarray(np.ldexp(1.0, np.frexp(largest)[1] - bits))
