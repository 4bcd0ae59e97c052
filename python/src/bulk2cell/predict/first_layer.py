"""A network's first layer on expression that is not standardised, so that cells stay sparse.

The input z = clip((x - mean) / std, -10, 10) is affine in x clipped to mean +- 10 std. Mean and standard deviation go into
weight and bias, and what is left of a gene that is not expressed is 0.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.cells.standardise import LARGEST_Z
from bulk2cell.model.cell_layers import Affine
from bulk2cell.model.exact_product import Rounded, exact_product, rounded

# Share of entries that are not 0 at which a whole first layer took the least time (benchmarks/speed/first_layer.py).
DENSE_ABOVE = 0.25
WIDE = 16

Values = NDArray[np.float32]


@dataclass(frozen=True)
class FirstLayer:
    """Expression of N genes, x, to H values: bias + (clip(x, low, high) - unexpressed) @ weight.

    Attributes
    ----------
    low, high
        Where the z-score would be clipped, per gene.
    unexpressed
        clip(0, low, high), per gene.
    often
        Weight, per unit of expression, of the first genes, those that the training cells express often; for dense products.
    weight
        That of the other genes.
    dense_above
        See `dense_above`.
    bias
        H values: what a cell without expression gives.
    """

    low: Values
    high: Values
    unexpressed: Values
    often: Rounded
    weight: Values
    dense_above: float
    bias: Values


def first_layer(
    layer: Affine,
    mean: Values,
    std: Values,
    components: Values,
    present: NDArray[np.intp],
) -> FirstLayer:
    """Fold the scaling of cells, and their reduction to components, into a layer.

    Parameters
    ----------
    layer
        Weight (genes x H) and bias, for z-scores.
    mean, std, components
        See `bulk2cell.cells.standardise.Scaling`.
    present
        Genes that the cells have, in the order of `often_first`; the others get the mean, a z-score of 0.
    """
    weight = of_components(layer[0], components)[present]
    mean, std = mean[present], std[present]
    low, high = mean - LARGEST_Z * std, mean + LARGEST_Z * std
    unexpressed = np.clip(np.zeros_like(low), low, high)
    offset = exact_product(((unexpressed - mean) / std)[None], rounded(weight))[0]
    per_expression = (weight / std[:, None]).astype(np.float32)
    above = dense_above(layer)
    often = int((least_expressed(mean, std) > above).sum())
    return FirstLayer(
        low=low,
        high=high,
        unexpressed=unexpressed,
        often=rounded(per_expression[:often]),
        weight=per_expression[often:],
        dense_above=above,
        bias=(layer[1] + offset).astype(np.float32),
    )


def of_components(weight: Values, components: Values) -> Rounded:
    """Return the weight (genes x H) that gives whole cells what `weight` gives those reduced to components."""
    if not len(components):
        return weight.astype(np.float64)
    inside = exact_product(components, rounded(weight))
    return exact_product(np.ascontiguousarray(components.T), rounded(inside))


def dense_above(layer: Affine) -> float:
    """Return the share of entries that are not 0 above which a dense product is faster; never for a layer of few values."""
    return DENSE_ABOVE if layer[0].shape[1] >= WIDE else 1.0


def often_first(layer: Affine, mean: Values, std: Values) -> NDArray[np.intp]:
    """Return genes in their order, but first those that the training cells express often enough for a dense product."""
    return np.argsort(least_expressed(mean, std) <= dense_above(layer), kind="stable")


def least_expressed(mean: Values, std: Values) -> Values:
    """Return the least share of cells that must express genes of such means and standard deviations (Cauchy-Schwarz)."""
    return np.asarray(mean**2 / (mean**2 + std**2))


def through(layer: FirstLayer, cells: sp.csr_matrix) -> Values:
    """Return the layer's values, cells x H; those of a cell do not depend on the other cells.

    If many entries are not 0, a dense product is faster than a sparse one; it is used for genes that most cells express
    and for cells that express most genes.

    Parameters
    ----------
    cells
        Cells x N.
    """
    by_gene, count = clipped(layer, cells).tocsc(), len(layer.often)
    often, seldom = (genes_of(by_gene, part) for part in (slice(0, count), slice(count, None)))
    found = sparse_product(seldom, layer.weight, layer.dense_above)
    if count:
        found += exact_product(often.toarray(), layer.often)
    found += layer.bias
    return found


def clipped(layer: FirstLayer, cells: sp.csr_matrix) -> sp.csr_matrix:
    """Return clip(x, low, high) - unexpressed of what is expressed."""
    values = np.minimum(cells.data, layer.high.take(cells.indices))
    if len(values) and values.min() < layer.low.max():
        np.maximum(values, layer.low.take(cells.indices), out=values)
    if layer.unexpressed.any():
        values -= layer.unexpressed.take(cells.indices)
    return sp.csr_matrix((values, cells.indices, cells.indptr), shape=cells.shape)


def genes_of(by_gene: sp.csc_matrix, genes: slice) -> sp.csc_matrix:
    """Return a contiguous range of genes, without a copy."""
    start, stop, _ = genes.indices(by_gene.shape[1])
    bounds = by_gene.indptr[start : stop + 1]
    entries = slice(bounds[0], bounds[-1])
    part = by_gene.data[entries], by_gene.indices[entries], bounds - bounds[0]
    return sp.csc_matrix(part, shape=(by_gene.shape[0], stop - start))


def sparse_product(by_gene: sp.csc_matrix, weight: Values, dense_above: float) -> Values:
    """Return cells @ weight, by a dense product for cells that express more than this share of the genes."""
    rows, genes = by_gene.shape
    many = np.bincount(by_gene.indices, minlength=rows) > dense_above * genes
    if not many.any():
        return np.asarray(by_gene @ weight)
    cells = by_gene.tocsr()
    found = np.empty((rows, weight.shape[1]), np.float32)
    found[many] = exact_product(cells[many].toarray(), rounded(weight))
    found[~many] = cells[~many].tocsc() @ weight
    return found
