"""Cells of a file, a block at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

VALUES_AT_ONCE = 750_000
MOST_CELLS_AT_ONCE = 2048
SIMULATED = "bulk2cell_simulated"
NOTES = "bulk2cell_notes"  # in uns, of a file that is read as a whole
MATRIX = "bulk2cell_matrix"  # likewise

Block = sp.csr_matrix | NDArray[np.float32]


@dataclass(frozen=True)
class CellFile:
    """Cells x genes as they are in a file.

    Attributes
    ----------
    count
        Number of cells.
    step
        Cells to read at a time, so that a block stays small.
    var
        One row per gene, named as in the file; columns SYMBOL_COLUMNS where there are some.
    names
        From the first and the last cell (exclusive) to the names of the cells between.
    block
        From the same to their expression, cells x genes: csr or dense, float32.
    obs
        Reads the file's columns per cell, all cells at once.
    simulated
        Lines that the cells were drawn from, if `simulate` made them.
    matrix
        Name of the matrix that holds the expression: X, raw, layers/NAME.
    log_base
        Base of the logarithm of its values, if the file states it.
    named_by
        Column that a person declared to name the genes: the index of `var` holds it; empty: none was declared.
    notes
        What was decided in reading and a person should know, one sentence each.
    """

    path: Path
    count: int
    step: int
    var: pd.DataFrame
    names: Callable[[int, int], NDArray[Any]]
    block: Callable[[int, int], Block]
    obs: Callable[[], pd.DataFrame]
    simulated: list[str] | None
    matrix: str = "X"
    notes: tuple[str, ...] = ()
    log_base: float | None = None
    named_by: str = ""

    def starts(self) -> range:
        """Return the first cell of every block."""
        return range(0, self.count, self.step)


def cells_at_once(values_per_cell: int) -> int:
    """Return how many cells to read at a time, so that a block stays small."""
    return int(np.clip(VALUES_AT_ONCE // max(values_per_cell, 1), 1, MOST_CELLS_AT_ONCE))
