"""Which genes and pathway units the sparse decoder joins."""

from typing import NamedTuple

import torch
from torch import Tensor


class Pattern(NamedTuple):
    """Which of G genes and P units are joined: N pairs, and the free units, which are joined to every gene.

    Attributes
    ----------
    gene, unit
        Per pair, sorted by gene, then unit (N).
    gene_start
        Where each gene's pairs begin, and the end (G + 1).
    by_unit, gene_by_unit
        The pairs' numbers, and their genes, sorted by unit, then gene (N).
    unit_start
        Where each unit's pairs begin in `by_unit`, and the end (P + 1).
    free
        The free units.
    """

    gene: Tensor
    unit: Tensor
    gene_start: Tensor
    by_unit: Tensor
    gene_by_unit: Tensor
    unit_start: Tensor
    free: Tensor


def pattern_of(mask: Tensor) -> Pattern:
    """Return the pattern of a mask, G x P, 1 where gene and unit are joined."""
    free = (mask != 0).all(dim=0)
    pairs = ((mask != 0) & ~free).nonzero().int()
    gene, unit = pairs[:, 0].contiguous(), pairs[:, 1].contiguous()
    by_unit = torch.argsort(unit, stable=True)
    return Pattern(
        gene,
        unit,
        _starts(gene, mask.shape[0]),
        by_unit,
        gene[by_unit],
        _starts(unit, mask.shape[1]),
        free.nonzero().squeeze(1),
    )


def _starts(values: Tensor, count: int) -> Tensor:
    sizes = torch.bincount(values, minlength=count)
    return torch.cat([sizes.new_zeros(1), sizes.cumsum(0)]).int()
