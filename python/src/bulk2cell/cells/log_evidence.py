"""What a few cells of every block show of a logarithm: its base, and the total to which cells were normalised.

Over all genes, b^x - 1 of log-normalised values adds up to one total for all cells if b is the base that was used, and to
many if it is not. Cells with size factors of their own have many totals; their b^x - 1 are multiples of one unit per cell.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.cells.cell_file import Block

BASES = (np.e, 2.0, 10.0)  # scanpy and Seurat; R's logNormCounts and GEO's tables; rarely
CELLS_PER_BLOCK = 16  # spread over the block; more would slow down the prediction of log values
FEWEST_ENTRIES = 20  # a cell of fewer genes shows nothing
SMALL = 10.0  # rounding to two decimals hides whether larger values are whole
NEAR_WHOLE = 0.02  # of the value: tables of two decimals are off by 0.5 %

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """One row per cell; columns of `sums`: the values themselves, then b^x - 1 for each of BASES; of the others: BASES.

    Attributes
    ----------
    sums
        Sum over the cell's genes.
    whole
        Share of the small b^x - 1 that are whole numbers.
    units
        Smallest b^x - 1 of the cell.
    multiples
        Share of the others, up to ten times as large, that are multiples of it; NaN where there are none.
    """

    sums: Numbers
    whole: Numbers
    units: Numbers
    multiples: Numbers

    def __or__(self, other: "Evidence") -> "Evidence":
        """Combine with more cells."""
        both = ((vars(self)[name], vars(other)[name]) for name in vars(self))
        return Evidence(*(np.concatenate(parts) for parts in both))


def no_evidence() -> Evidence:
    """Return the evidence of no cell."""
    number = len(BASES)
    return Evidence(*(np.zeros((0, columns)) for columns in (number + 1, number, number, number)))


def gather_evidence(block: Block) -> Evidence:
    """Look at some cells of a block without negative values, spread evenly over it."""
    rows = np.unique(np.linspace(0, block.shape[0] - 1, CELLS_PER_BLOCK).astype(int))
    cells = sp.csr_matrix(block[rows])
    cells.eliminate_zeros()
    cells = cells[np.diff(cells.indptr) >= FEWEST_ENTRIES]
    if not cells.shape[0]:
        return no_evidence()
    starts, entries = cells.indptr[:-1], np.diff(cells.indptr)
    values = cells.data.astype(np.float64)
    sums, whole, units, multiples = [np.add.reduceat(values, starts)], [], [], []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for base in BASES:
            linear = np.expm1(values * np.log(base))
            unit = np.minimum.reduceat(linear, starts)
            times = linear / np.repeat(unit, entries)
            several = (times > 1 + NEAR_WHOLE) & (times <= SMALL)
            sums.append(np.add.reduceat(linear, starts))
            whole.append(_share(_is_whole(linear), linear <= SMALL, starts))
            units.append(unit)
            multiples.append(_share(_is_whole(times), several, starts))
    return Evidence(*(np.stack(columns, axis=1) for columns in (sums, whole, units, multiples)))


def _is_whole(values: Numbers) -> NDArray[np.bool_]:
    return np.asarray(np.abs(values - np.rint(values)) <= NEAR_WHOLE * (values + 1))


def _share(hits: NDArray[np.bool_], among: NDArray[np.bool_], starts: NDArray[np.int32]) -> Numbers:
    """Return the share of hits per cell; NaN where there is nothing to hit."""
    number = np.add.reduceat(among.astype(np.float64), starts)
    return np.asarray(np.add.reduceat((hits & among).astype(np.float64), starts) / number)
