"""Bring cells to the natural log of counts at one total per cell."""

from typing import Any, TypeVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.cells.cell_file import Block
from bulk2cell.cells.units import Units
from bulk2cell.genes.columns import Columns, pick_genes

Cells = TypeVar("Cells", sp.csr_matrix, Block)
UNITS_IN_ONE = np.float32(2**24)


def normalise(block: Block, columns: Columns, units: Units, target_sum: float) -> sp.csr_matrix:
    """Return the wanted genes of a block as ln(1 + counts per `target_sum`); z-scores stay as they are.

    Parameters
    ----------
    block
        Cells x all genes of the file.
    units
        Of its values.
    """
    if units.stay(target_sum):
        return pick_genes(block, columns)
    linear = undo_log(block, units)
    return log_normalised(pick_genes(linear, columns), totals_of(linear, units), target_sum)


def totals_of(linear: Block, units: Units) -> NDArray[np.float64]:
    """Return what each cell adds up to before the logarithm, over all genes that the values were normalised over."""
    return totals(linear) if units.complete else np.full(linear.shape[0], units.total)


def undo_log(block: Cells, units: Units) -> Cells:
    """Return values before their logarithm was taken, whole numbers to the bit; other values as they are."""
    if units.base is None:
        return block
    factor = np.float32(np.log(units.base))
    if not isinstance(block, sp.csr_matrix):
        return _undo(block * factor, units)
    return sp.csr_matrix((_undo(block.data * factor, units), block.indices, block.indptr), shape=block.shape)


def _undo(natural: NDArray[np.float32], units: Units) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        linear = np.expm1(natural)
    return np.rint(linear, out=linear) if units.whole else linear


def totals(counts: Any) -> NDArray[np.float64]:
    """Return each cell's total of cells x genes, csr or dense, with the same bits for any order of genes.

    Values are rounded to multiples of 2^-24, which changes no float32 from 1 on; float64 adds up whole numbers of such units
    without rounding (totals up to 2^29).
    """
    if not isinstance(counts, sp.csr_matrix):
        return np.asarray(np.rint(counts * UNITS_IN_ONE).sum(axis=1, dtype=np.float64) / UNITS_IN_ONE)
    total = np.zeros(counts.shape[0])
    filled = np.flatnonzero(np.diff(counts.indptr))
    if len(filled):
        units = counts.data * UNITS_IN_ONE
        np.rint(units, out=units)
        total[filled] = np.add.reduceat(units, counts.indptr[filled], dtype=np.float64) / UNITS_IN_ONE
    return total


def log_normalised(counts: sp.csr_matrix, total: NDArray[np.float64], target_sum: float) -> sp.csr_matrix:
    """Return log1p of counts at the same total per cell, float32; numbers are those of scanpy's normalize_total and log1p.

    Parameters
    ----------
    counts
        Cells x any of their genes.
    total
        Per cell over all of its genes; a cell without counts stays as it is.
    """
    per_cell = total.astype(np.float32) / np.float32(target_sum)
    per_cell[per_cell == 0] = 1
    values = np.repeat(per_cell, np.diff(counts.indptr))
    np.divide(counts.data, values, out=values)
    return sp.csr_matrix((np.log1p(values, out=values), counts.indices, counts.indptr), shape=counts.shape)
