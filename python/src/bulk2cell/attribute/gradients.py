"""Integrated gradients (Sundararajan et al., ICML 2017) of the sensitive logit, exact for a network of ReLUs.

The path from the baseline to a cell is straight, so that the input of the first ReLU is linear in the step: the first layer
is multiplied once on the way in and once on the way out, and only the small rest is followed along the path.
"""

from functools import reduce
from itertools import groupby
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from bulk2cell.artefacts.content import Errors
from bulk2cell.model.cell_layers import SENSITIVE
from bulk2cell.progress import track

Affine = tuple[Tensor, Tensor]
CELLS_AT_ONCE = 256
SMALL = 1e-6  # keeps the relative error finite where the logit does not change


@torch.no_grad()
def integrate_gradients(
    network: nn.Sequential, x: Tensor, baseline: Tensor, what: str = "attribute"
) -> NDArray[np.float64]:
    """Attribute the sensitive logit to the inputs, from the baseline to each cell.

    Parameters
    ----------
    network
        Inputs (B x N) to logits (B x 2): affine layers, dropout and ReLU, in eval mode.
    x
        Inputs, cells x N.
    baseline
        Input from which the path starts, 1 x N.
    what
        Name of the work, for the progress.

    Returns
    -------
    ndarray
        Attributions, cells x N.
    """
    (weight, bias), *tail = sensitive_layers(network)
    if not tail:
        return ((x - baseline) * weight).double().numpy()
    # Compiled code takes half a second to load, which a linear model does not need.
    from bulk2cell.attribute.path import average_gradients, units_at

    point = (baseline @ weight.T + bias)[0].double().numpy()
    start = units_at(point, [(later.double().numpy().T, shift.double().numpy()) for later, shift in tail])
    attributions = np.empty(x.shape)
    for begin in track(range(0, len(x), CELLS_AT_ONCE), what):
        rows = slice(begin, begin + CELLS_AT_ONCE)
        distance = x[rows] - baseline
        direction = distance @ weight.T
        mean = average_gradients(point, direction.double().numpy(), start)
        attributions[rows] = (torch.from_numpy(mean).to(weight) @ weight).mul_(distance).numpy()
    return attributions


def sensitive_layers(network: nn.Sequential) -> list[Affine]:
    """Return the affine maps before, between and after the ReLUs, the last for the sensitive logit only."""
    layers = []
    for is_relu, run in groupby(network, lambda layer: isinstance(layer, nn.ReLU)):
        if not is_relu:
            maps = [_affine(layer) for layer in run if not isinstance(layer, nn.Dropout)]
            weight, bias = reduce(_compose, reversed(maps))
            layers.append((weight.to(maps[-1][0]), bias.to(maps[-1][0])))
    weight, bias = layers[-1]
    layers[-1] = weight[SENSITIVE, None], bias[SENSITIVE, None]
    return layers


def _affine(layer: nn.Module) -> Affine:
    """Return weight and bias of a linear layer, or of batch normalisation by its running statistics."""
    state = layer.state_dict()
    weight, bias = state["weight"], state["bias"]
    if isinstance(layer, nn.BatchNorm1d):
        weight = weight.double() / (state["running_var"].double() + layer.eps).sqrt()
        return weight.diag(), bias - state["running_mean"] * weight
    return weight, bias


def _compose(later: Affine, earlier: Affine) -> Affine:
    """Return the composition of two maps, computed in float64."""
    weight = later[0].double()
    return weight @ earlier[0].double(), later[1] + weight @ earlier[1].double()


def measure_completeness(attributions: NDArray[np.float64], change: NDArray[Any]) -> Errors:
    """Compare each cell's sum of attributions with the change of its logit from the baseline."""
    absolute = np.abs(attributions.sum(axis=1) - change)
    relative = absolute / (np.abs(change) + SMALL)
    return Errors(
        mean_relative=float(relative.mean()),
        max_relative=float(relative.max()),
        mean_absolute=float(absolute.mean()),
        max_absolute=float(absolute.max()),
    )
