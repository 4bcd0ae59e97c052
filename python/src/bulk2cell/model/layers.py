"""The parts of the network, by the sizes of the published method."""

import torch
from torch import Tensor, nn

CLASSIFIER_HIDDEN = (128, 32)
CRITIC_HIDDEN = 32


def encoder(genes: int, hidden: int, units: int, dropout: float) -> nn.Sequential:
    """Expression (G) to code (P)."""
    return nn.Sequential(
        nn.Linear(genes, hidden),
        nn.ReLU(),
        nn.BatchNorm1d(hidden),
        nn.Dropout(dropout),
        nn.Linear(hidden, units),
    )


def dense_decoder(units: int, hidden: int, genes: int, dropout: float) -> nn.Sequential:
    """Code or codes to expression (G)."""
    return encoder(units, hidden, genes, dropout)


def classifier(units: int, dropout: float) -> nn.Sequential:
    """Code (P) to two logits, resistant and sensitive."""
    wide, narrow = CLASSIFIER_HIDDEN
    return nn.Sequential(
        nn.Linear(units, wide),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(wide, narrow),
        nn.ReLU(),
        nn.Linear(narrow, 2),
    )


def critic(units: int) -> nn.Sequential:
    """Code (P) to one logit: whether it is of a cell."""
    return nn.Sequential(nn.Linear(units, CRITIC_HIDDEN), nn.ReLU(), nn.Linear(CRITIC_HIDDEN, 1))


class SparseDecoder(nn.Module):
    """One linear layer from pathway units to genes; a weight exists only where the gene is in the pathway.

    Parameters
    ----------
    mask
        G x P, 1 where gene and unit are joined, 0 elsewhere; weights there are zero and stay zero.
    """

    mask: Tensor

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        self.register_buffer("mask", mask, persistent=False)
        bound = mask.sum(dim=1, keepdim=True).clamp(min=1).rsqrt()
        self.weight = nn.Parameter((torch.rand_like(mask) * 2 - 1) * bound * mask)
        self.bias = nn.Parameter(torch.zeros(mask.shape[0]))

    def forward(self, code: Tensor) -> Tensor:
        """Code (B x P) to expression (B x G)."""
        return nn.functional.linear(code, self.weight * self.mask, self.bias)
