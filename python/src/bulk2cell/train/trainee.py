"""A network in training, its random numbers, and the place of its checkpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator, Tensor

from bulk2cell.model.network import Network


@dataclass(frozen=True)
class Trainee:
    """A network to be trained.

    Attributes
    ----------
    order, values
        Generators of the order of lines and cells, on the CPU, and of dropout and noise, on the network's device.
    checkpoint, fingerprint
        See `bulk2cell.train.loop.fit`.
    """

    network: Network
    order: Generator
    values: Generator
    checkpoint: Path
    fingerprint: str

    def random(self) -> dict[str, Tensor]:
        """Return the states of the generators, by device."""
        return {each.device.type: each.get_state() for each in (self.order, self.values)}

    def set_random(self, states: Mapping[str, Tensor]) -> None:
        """Take up the states of generators."""
        for each in (self.order, self.values):
            each.set_state(states[each.device.type])


def new_trainee(network: Network, seed: int, checkpoint: Path, fingerprint: str) -> Trainee:
    """Return a network that draws what it would draw if its training, alone, began now.

    Parameters
    ----------
    seed
        What `set_seed` has been given.
    """
    device = next(network.parameters()).device
    order = Generator()
    order.set_state(torch.get_rng_state())
    values = order if device.type == "cpu" else Generator(device).manual_seed(seed)
    return Trainee(network, order, values, checkpoint, fingerprint)
