"""Ridge regression as a network: genes to pathway units to two logits, without a non-linearity."""

import torch
from torch import Tensor, nn

from bulk2cell.model.cell_layers import SENSITIVE
from bulk2cell.model.network import Network
from bulk2cell.parameters import Domain, NetworkParameters


class RidgeNetwork(Network):
    """One weight per gene; what a gene says is shared out equally among the gene sets that hold it.

    The units are the terms of a sum: a unit is what the genes of its set add to the sensitive logit. Which gene sets
    are given changes how the answer is read, not the answer. The logits are 0 and the sum of the units. Genes of no set
    go to the first free unit; without free units they are not used.

    Parameters
    ----------
    mask
        G x P, 1 where gene and pathway unit are joined; the free units last.
    parameters
        Strategy and number of free units.

    Attributes
    ----------
    shares
        See `share_out`, P x G, as the encoder's weights lie in memory.
    reachable
        1, but for rounding, for a gene with a unit, else 0 (G).
    """

    shares: Tensor
    reachable: Tensor

    def __init__(self, mask: Tensor, parameters: NetworkParameters) -> None:
        super().__init__(parameters)
        genes, units = mask.shape
        shares = share_out(mask, parameters.free_units)
        self.register_buffer("shares", shares.T.contiguous(), persistent=False)
        self.register_buffer("reachable", shares.sum(dim=1), persistent=False)
        to_units, to_logits = nn.Linear(genes, units), nn.Linear(units, 2)
        self.encoder, self.classifier = nn.Sequential(to_units), nn.Sequential(to_logits)
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def encoder_of(self, domain: Domain) -> nn.Sequential:
        """Return the encoder, which both domains share."""
        return self.encoder

    @torch.no_grad()
    def set_weights(self, weights: Tensor) -> None:
        """Take one weight per gene (G): its part of the sensitive logit per standard deviation."""
        sums = torch.zeros(2, len(self.shares))
        sums[SENSITIVE] = 1.0
        for layer, value in (
            (self.encoder[0], self.shares * weights),
            (self.classifier[0], sums),
        ):
            layer.load_state_dict({"weight": value, "bias": torch.zeros(len(value))})


def share_out(mask: Tensor, free_units: int) -> Tensor:
    """Return how a gene's weight is shared out among units, G x P: rows add up to 1, or to 0 for a gene without a unit."""
    sets = mask.shape[1] - free_units
    shares = mask.clone()
    shares[:, sets:] = 0
    memberships = shares.sum(dim=1)
    if free_units:
        shares[memberships == 0, sets] = 1
    return shares / memberships.clamp(min=1)[:, None]
