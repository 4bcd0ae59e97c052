"""The way of a cell through a network in eval mode, in numpy: affine layers with a ReLU between two of them.

What has nothing non-linear between it is one layer: batch normalisation with the two linear layers beside it, and all of
ridge regression.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bulk2cell.model.exact_product import Rounded, exact_product, rounded

SENSITIVE, RESISTANT = 1, 0

Array = NDArray[np.float32]
Affine = tuple[Array, Array]
RoundedLayer = tuple[Rounded, Array]


def linear(stored: Callable[[str], Array], name: str) -> Affine:
    """Return a linear layer of a network's state."""
    return stored(f"{name}.weight").T, stored(f"{name}.bias")


def log_odds(logits: Affine) -> Affine:
    """Return a layer that gives the difference of the two logits."""
    weight, bias = logits
    return (weight[:, SENSITIVE] - weight[:, RESISTANT])[:, None], bias[[SENSITIVE]] - bias[[RESISTANT]]


def join(first: Affine, second: Affine) -> Affine:
    """Return two affine layers as one."""
    product = exact_product(np.vstack(first), rounded(second[0])).astype(np.float32)
    return product[:-1], product[-1] + second[1]


def rounded_layers(layers: list[Affine]) -> list[RoundedLayer]:
    """Return layers with weights as `exact_product` takes them."""
    return [(rounded(weight), bias) for weight, bias in layers]
