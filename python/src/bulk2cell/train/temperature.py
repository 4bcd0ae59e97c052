"""Temperature scaling (Guo et al., ICML 2017) on source validation: the cells' labels have no part in it."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from bulk2cell.model.network import Network
from bulk2cell.model.temperature import fit_temperature
from bulk2cell.train.data import TrainingData
from bulk2cell.train.validation import held_out_logits


@dataclass(frozen=True, eq=False)
class Calibration:
    """What labelled lines that were not learnt from say of a model.

    Attributes
    ----------
    temperature
        What its logits were divided by.
    log_odds
        Of being sensitive, by line, with that temperature.
    sensitive
        Whether the line is.
    """

    temperature: float
    log_odds: NDArray[np.float64]
    sensitive: NDArray[np.bool_]


@torch.no_grad()
def calibrate(network: Network, data: TrainingData) -> Calibration:
    """Divide the network's logits by the temperature that fits the held-out lines best."""
    logits, labels = held_out_logits(network, data)
    temperature = find_temperature(logits, labels)
    divide_logits(network, temperature)
    return Calibration(temperature, find_log_odds(logits) / temperature, labels.bool().cpu().numpy())


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
    return fit_temperature(find_log_odds(logits), labels.bool().cpu().numpy())


def find_log_odds(logits: Tensor) -> NDArray[np.float64]:
    """Return the log odds of being sensitive by logits (lines x 2)."""
    return np.asarray((logits[:, 1] - logits[:, 0]).detach().double().cpu().numpy())
