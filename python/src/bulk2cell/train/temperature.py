"""Temperature scaling (Guo et al., ICML 2017) on source validation: the cells' labels have no part in it."""

import torch
from torch import Tensor, nn

from bulk2cell.model.network import Network
from bulk2cell.model.temperature import fit_temperature
from bulk2cell.train.data import TrainingData
from bulk2cell.train.validation import held_out_logits


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
    log_odds = (logits[:, 1] - logits[:, 0]).detach().double().cpu().numpy()
    return fit_temperature(log_odds, labels.bool().cpu().numpy())
