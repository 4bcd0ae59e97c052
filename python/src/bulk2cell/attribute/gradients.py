"""Integrated gradients (Sundararajan et al., ICML 2017) of the sensitive logit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from captum.attr import IntegratedGradients
from numpy.typing import NDArray
from torch import Tensor

from bulk2cell.model.network import SENSITIVE
from bulk2cell.progress import track

CELLS_AT_ONCE = 128
FORWARD_BATCH = 1024
SMALL = 1e-6


@dataclass(frozen=True)
class Completeness:
    """How far attributions are from adding up to F(x) - F(baseline), mean and largest over cells.

    Attributes
    ----------
    mean_relative, max_relative
        Relative to |F(x) - F(baseline)|.
    mean_absolute, max_absolute
        In units of the logit.
    """

    mean_relative: float
    max_relative: float
    mean_absolute: float
    max_absolute: float


def integrated_gradients(
    forward: Callable[[Tensor], Tensor], x: Tensor, baseline: Tensor, steps: int, what: str = "attribute"
) -> tuple[NDArray[np.float64], Completeness]:
    """Attribute the sensitive logit to the inputs, from the baseline to each cell.

    Parameters
    ----------
    forward
        Inputs (B x N) to logits (B x 2).
    x
        Inputs, cells x N.
    baseline
        Input from which the path starts, 1 x N.
    steps
        Points of the Gauss-Legendre rule along the path.
    what
        Name of the work, for the progress.

    Returns
    -------
    ndarray
        Attributions, cells x N.
    Completeness
        Error of their sums.
    """
    method = IntegratedGradients(forward)
    parts = [
        method.attribute(
            part, baseline, target=SENSITIVE, n_steps=steps, internal_batch_size=FORWARD_BATCH
        ).detach()
        for part in track(torch.split(x, CELLS_AT_ONCE), what)
    ]
    attributions = torch.cat(parts).double().cpu().numpy()
    with torch.no_grad():
        change = sensitive_logit(forward, x) - sensitive_logit(forward, baseline)
    return attributions, completeness(attributions, change)


def sensitive_logit(forward: Callable[[Tensor], Tensor], x: Tensor) -> NDArray[np.float64]:
    """Return the sensitive logit of each cell."""
    with torch.no_grad():
        logits = [forward(part)[:, SENSITIVE] for part in torch.split(x, FORWARD_BATCH)]
    values: NDArray[np.float64] = torch.cat(logits).double().cpu().numpy()
    return values


def completeness(attributions: NDArray[np.float64], change: NDArray[Any]) -> Completeness:
    """Compare each cell's sum of attributions with the change of its logit from the baseline."""
    absolute = np.abs(attributions.sum(axis=1) - change)
    relative = absolute / (np.abs(change) + SMALL)
    return Completeness(
        float(relative.mean()), float(relative.max()), float(absolute.mean()), float(absolute.max())
    )
