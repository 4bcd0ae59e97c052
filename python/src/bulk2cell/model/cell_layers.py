"""The way of a cell through a network in eval mode, in numpy: affine layers with a ReLU between two of them.

What has nothing non-linear between it is one layer: batch normalisation with the two linear layers beside it, and all of
ridge regression.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bulk2cell.model.exact_product import Rounded, exact_product, rounded
from bulk2cell.model.strategies import Strategy

SENSITIVE, RESISTANT = 1, 0
BATCH_NORM = ("running_mean", "running_var", "weight", "bias")
BATCH_NORM_EPSILON = 1e-5

Array = NDArray[np.float32]
Affine = tuple[Array, Array]
RoundedLayer = tuple[Rounded, Array]


def cell_layers(strategy: Strategy, stored: Callable[[str], Array]) -> list[Affine]:
    """Return the layers from standardised expression (G) to the log odds of being sensitive (1).

    Parameters
    ----------
    stored
        Returns a tensor of the network's state by its name; no decoder and no other domain's encoder is asked for.

    Returns
    -------
    list
        Weight (inputs x outputs) and bias of each layer.
    """

    def linear(name: str) -> Affine:
        return stored(f"{name}.weight").T, stored(f"{name}.bias")

    if strategy.linear:
        return [joined(linear("encoder.0"), log_odds(linear("classifier.0")))]
    encoder = "shared_encoder" if strategy.shared else "cell_encoder"
    norm = batch_norm(*np.stack([stored(f"{encoder}.2.{name}") for name in BATCH_NORM]))
    return [
        linear(f"{encoder}.0"),
        joined(norm, joined(linear(f"{encoder}.4"), linear("classifier.0"))),
        linear("classifier.3"),
        log_odds(linear("classifier.5")),
    ]


def batch_norm(mean: Array, variance: Array, weight: Array, bias: Array) -> Affine:
    """Return batch normalisation in eval mode as an affine layer."""
    scale = weight / np.sqrt(variance + np.float32(BATCH_NORM_EPSILON))
    return np.diag(scale), bias - mean * scale


def log_odds(logits: Affine) -> Affine:
    """Return a layer that gives the difference of the two logits."""
    weight, bias = logits
    return (weight[:, SENSITIVE] - weight[:, RESISTANT])[:, None], bias[[SENSITIVE]] - bias[[RESISTANT]]


def joined(first: Affine, second: Affine) -> Affine:
    """Return two affine layers as one."""
    product = exact_product(np.vstack(first), rounded(second[0])).astype(np.float32)
    return product[:-1], product[-1] + second[1]


def rounded_layers(layers: list[Affine]) -> list[RoundedLayer]:
    """Return layers with weights as `exact_product` takes them."""
    return [(rounded(weight), bias) for weight, bias in layers]
