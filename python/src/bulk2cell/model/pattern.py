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


def repeated(pattern: Pattern, times: int) -> Pattern:
    """Return the pattern of several decoders side by side: each has genes and units of its own."""
    if times == 1:
        return pattern
    genes, units, pairs = len(pattern.gene_start) - 1, len(pattern.unit_start) - 1, len(pattern.gene)
    first = torch.arange(times, device=pattern.gene.device, dtype=torch.int32)[:, None]

    def shifted(values: Tensor, by: int) -> Tensor:
        return (values + first * by).flatten().to(values.dtype)

    def starts(values: Tensor) -> Tensor:
        return torch.cat([shifted(values[:-1], pairs), values[-1:] * times])

    return Pattern(
        shifted(pattern.gene, genes),
        shifted(pattern.unit, units),
        starts(pattern.gene_start),
        shifted(pattern.by_unit, pairs),
        shifted(pattern.gene_by_unit, genes),
        starts(pattern.unit_start),
        shifted(pattern.free, units),
    )


def _starts(values: Tensor, count: int) -> Tensor:
    sizes = torch.bincount(values, minlength=count)
    return torch.cat([sizes.new_zeros(1), sizes.cumsum(0)]).int()
