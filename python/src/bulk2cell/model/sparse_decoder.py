"""The sparse decoder: weights only for the pairs of gene and unit that exist."""

import warnings
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn.functional import embedding_bag

from bulk2cell.model.pattern import Pattern, pattern_of, repeated

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

    Several decoders of one pattern, a first dimension of code, weight and dense, are one decoder of a wide pattern.
    """

    @staticmethod
    def forward(code: Tensor, weight: Tensor, dense: Tensor, pattern: Pattern) -> Tensor:
        wide = repeated(pattern, _decoders(code))
        decoded = code.new_empty(*code.shape[:-1], dense.shape[-1])
        for rows, into in zip(code.split(PART, -2), decoded.split(PART, -2), strict=True):
            by_unit = rows.mT.contiguous()
            by_gene = _sums(by_unit, wide.unit, wide.gene_start, weight)
            _add_product(by_gene, dense.mT, _free_and_one(by_unit, pattern.free))
            into.copy_(by_gene.mT)
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
        wide = repeated(pattern, _decoders(code))
        weight_by_unit = weight[..., pattern.by_unit]
        of_code, of_weight, of_dense = (
            torch.empty_like(code),
            torch.zeros_like(weight),
            torch.zeros_like(dense),
        )
        parts = (value.split(PART, -2) for value in (code, gradient, of_code))
        for rows, part, into in zip(*parts, strict=True):
            by_unit, by_gene = rows.mT.contiguous(), part.mT.contiguous()
            to_units = _sums(by_gene, wide.gene_by_unit, wide.unit_start, weight_by_unit)
            to_units[..., pattern.free, :] = dense[..., :-1, :] @ by_gene
            into.copy_(to_units.mT)
            of_weight += _inner_products(wide, by_gene, by_unit).view_as(weight)
            _add_product(of_dense, _free_and_one(by_unit, pattern.free), by_gene.mT)
        return of_code, of_weight, of_dense, None

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Tensor, int]:
        *values, pattern = inputs
        several = [
            value.expand(info.batch_size, *value.shape) if dim is None else value.movedim(dim, 0)
            for value, dim in zip(values, in_dims, strict=False)
        ]
        return _Decode.apply(*several, pattern), 0  # type: ignore[no-untyped-call]


def _decoders(code: Tensor) -> int:
    return code.shape[:-2].numel()


def _free_and_one(by_unit: Tensor, free: Tensor) -> Tensor:
    return torch.cat([by_unit[..., free, :], torch.ones_like(by_unit[..., :1, :])], dim=-2)


def _add_product(to: Tensor, left: Tensor, right: Tensor) -> None:
    (to.addmm_ if to.dim() == 2 else to.baddbmm_)(left, right)


def _sums(rows: Tensor, which: Tensor, start: Tensor, weight: Tensor) -> Tensor:
    """Return weighted sums of rows: sum i takes the rows `which[start[i]:start[i + 1]]`."""
    flat, weight = rows.flatten(0, -2), weight.flatten()
    sums = embedding_bag(which, flat, start, mode="sum", per_sample_weights=weight, include_last_offset=True)
    return sums.view(*rows.shape[:-2], len(sums) // _decoders(rows), rows.shape[-1])


def _inner_products(pattern: Pattern, by_gene: Tensor, by_unit: Tensor) -> Tensor:
    """Return the inner product of the gene's and the unit's row, per pair."""
    genes, units = by_gene.flatten(0, -2), by_unit.flatten(0, -2)
    values = torch.zeros_like(pattern.gene, dtype=genes.dtype)
    pairs = torch.sparse_csr_tensor(
        pattern.gene_start, pattern.unit, values, (len(genes), len(units)), check_invariants=False
    )
    products: Tensor = torch.sparse.sampled_addmm(pairs, genes, units.T, beta=0)
    return products.values()
