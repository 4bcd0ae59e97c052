"""The network that a strategy asks for."""

from torch import Tensor

from bulk2cell.model.linear import LinearNetwork
from bulk2cell.model.network import Network
from bulk2cell.model.strategies import STRATEGIES
from bulk2cell.parameters import NetworkParameters


def build_network(mask: Tensor, parameters: NetworkParameters) -> Network | LinearNetwork:
    """Return a new network.

    Parameters
    ----------
    mask
        G x P, see `decoder_mask`.
    parameters
        Strategy, sizes, dropout and noise.
    """
    kind = LinearNetwork if STRATEGIES[parameters.strategy].linear else Network
    return kind(mask, parameters)
