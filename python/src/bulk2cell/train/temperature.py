"""Temperature scaling (Guo et al., ICML 2017) on source validation: the cells' labels have no part in it."""

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bulk2cell.model.network import Network
from bulk2cell.train.data import TrainingData
from bulk2cell.train.validation import held_out_logits

LOG_RANGE = (
    -7.0,
    7.0,
)  # a thousandth to a thousand: where lines are told apart without error, no temperature is best


def calibrate(network: Network, data: TrainingData) -> float:
    """Divide the network's logits by the temperature that fits the held-out lines best, and return it."""
    with torch.no_grad():
        temperature = find_temperature(*held_out_logits(network, data))
    divide_logits(network, temperature)
    return temperature


@torch.no_grad()
def divide_logits(network: Network, temperature: float) -> None:
    """Let the network's last layer take up a temperature.

    Calls at probability 0.5 and the order of the cells stay as they were.
    """
    last = network.classifier[-1]
    assert isinstance(last, nn.Linear)
    last.weight.div_(temperature)
    last.bias.div_(temperature)


def find_temperature(logits: Tensor, labels: Tensor) -> float:
    """Return the temperature with the lowest cross-entropy.

    Parameters
    ----------
    logits
        Lines x 2.
    labels
        0 or 1 per line.
    """

    def loss(log_temperature: float) -> float:
        return cross_entropy(logits.double() / np.exp(log_temperature), labels).item()

    return float(np.exp(minimize_scalar(loss, bounds=LOG_RANGE, method="bounded").x))
