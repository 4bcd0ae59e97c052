"""The sparse decoder: weights only for the pairs of gene and unit that exist."""

import warnings
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn.functional import embedding_bag

from bulk2cell.networks.pattern import Pattern, pattern_of

PART = 128
warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta state")


class SparseDecoder(nn.Module):
    """One linear layer from pathway units to genes; a weight exists only where the gene is in the pathway.

    Parameters
    ----------
    mask
        G x P, 1 where gene and unit are joined, 0 elsewhere.

    Attributes
    ----------
    weight
        Per pair of the pattern (N).
    free_weight
        Of the free units (their number x G).
    bias
        Per gene (G).
    """

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        pattern = pattern_of(mask)
        for name, value in pattern._asdict().items():
            self.register_buffer(name, value, persistent=False)
        bound = mask.sum(dim=1, keepdim=True).clamp(min=1).rsqrt()
        drawn = (torch.rand_like(mask) * 2 - 1) * bound
        self.weight = nn.Parameter(drawn[pattern.gene, pattern.unit])
        self.free_weight = nn.Parameter(drawn[:, pattern.free].T.contiguous())
        self.bias = nn.Parameter(torch.zeros(mask.shape[0]))

    def forward(self, code: Tensor) -> Tensor:
        """Code (B x P) to expression (B x G)."""
        pattern = Pattern(*(self.get_buffer(name) for name in Pattern._fields))
        dense = torch.cat([self.free_weight, self.bias[None]])
        return _Decode.apply(code, self.weight, dense, pattern)  # type: ignore[no-any-return, no-untyped-call]


class _Decode(torch.autograd.Function):
    """The decoder's product, gene by gene: sums over a gene's pairs of weight times the unit's row of the code.

    The gradient of the code is the same over a unit's pairs; that of a weight is the inner product of its gene's row
    of the gradient and its unit's row of the code. Free units and bias (`dense`, F + 1 x G) are a product of matrices.
    Rows are parts of the batch small enough for the cache. No two sums share a place, so that the order of additions
    never depends on chance.
    """

    @staticmethod
    def forward(code: Tensor, weight: Tensor, dense: Tensor, pattern: Pattern) -> Tensor:
        decoded = code.new_empty(len(code), dense.shape[1])
        for rows, into in zip(code.split(PART), decoded.split(PART), strict=True):
            by_unit = rows.T.contiguous()
            by_gene = _add_rows(by_unit, pattern.unit, pattern.gene_start, weight)
            by_gene.addmm_(dense.T, _free_and_one(by_unit, pattern.free))
            into.copy_(by_gene.T)
        return decoded

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Tensor, Tensor, Pattern], output: Tensor) -> None:
        code, weight, dense, pattern = inputs
        ctx.save_for_backward(code, weight, dense, *pattern)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        code, weight, dense, *saved = ctx.saved_tensors
        pattern = Pattern(*saved)
        weight_by_unit = weight[pattern.by_unit]
        of_code, of_weight, of_dense = (
            torch.empty_like(code),
            torch.zeros_like(weight),
            torch.zeros_like(dense),
        )
        parts = (value.split(PART) for value in (code, gradient, of_code))
        for rows, part, into in zip(*parts, strict=True):
            by_unit, by_gene = rows.T.contiguous(), part.T.contiguous()
            to_units = _add_rows(by_gene, pattern.gene_by_unit, pattern.unit_start, weight_by_unit)
            to_units[pattern.free] = dense[:-1] @ by_gene
            into.copy_(to_units.T)
            of_weight += _multiply_rows(pattern, by_gene, by_unit)
            of_dense.addmm_(_free_and_one(by_unit, pattern.free), by_gene.T)
        return of_code, of_weight, of_dense, None


def _free_and_one(by_unit: Tensor, free: Tensor) -> Tensor:
    return torch.cat([by_unit[free], torch.ones_like(by_unit[:1])])


def _add_rows(rows: Tensor, which: Tensor, start: Tensor, weight: Tensor) -> Tensor:
    """Return weighted sums of rows: sum i takes the rows `which[start[i]:start[i + 1]]`."""
    return embedding_bag(which, rows, start, mode="sum", per_sample_weights=weight, include_last_offset=True)


def _multiply_rows(pattern: Pattern, by_gene: Tensor, by_unit: Tensor) -> Tensor:
    """Return the inner product of the gene's and the unit's row, per pair."""
    values = torch.zeros_like(pattern.gene, dtype=by_gene.dtype)
    size = (len(by_gene), len(by_unit))
    pairs = torch.sparse_csr_tensor(pattern.gene_start, pattern.unit, values, size, check_invariants=False)
    products: Tensor = torch.sparse.sampled_addmm(pairs, by_gene, by_unit.T, beta=0)
    return products.values()
