"""Second pass over a file of cells: the rows of a study."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.cells.blocks import each_block
from bulk2cell.cells.cell_file import Block, CellFile
from bulk2cell.cells.normalise import log_normalised, undo_log
from bulk2cell.genes.columns import Columns, in_order, narrow, pick_genes
from bulk2cell.preprocess.survey import Survey
from bulk2cell.progress import track

ENTRY = np.dtype([("gene", np.int32), ("value", np.float32)])
ROWS_AT_ONCE = 2048


def study_rows(
    file: CellFile,
    survey: Survey,
    cells: NDArray[np.intp],
    genes: "pd.Index[str]",
    target_sum: float,
    folder: Path,
) -> Iterator[sp.csr_matrix]:
    """Yield some cells of a file, a block at a time: counts normalised and logged, other values as they are.

    The file is read once, from its start to its end. Where the cells are wanted in another order, their rows go through a
    temporary file that is not compressed.

    Parameters
    ----------
    cells
        Positions of the cells in the file, in the wanted order.
    genes
        Symbols, sorted.
    target_sum
        Total of a cell's counts after normalisation.
    folder
        Where the temporary file may be.

    Yields
    ------
    sp.csr_matrix
        Cells x genes, float32, indices sorted.
    """
    columns = narrow(survey.columns, survey.genes.index.get_indexer(genes))
    wanted = np.zeros(file.count, bool)
    wanted[cells] = True
    rows = rows_in_file(file, survey, columns, wanted, target_sum)
    if (np.diff(cells) > 0).all():
        yield from rows
    else:
        yield from reordered(rows, (np.cumsum(wanted) - 1)[cells], folder)


def rows_in_file(
    file: CellFile, survey: Survey, columns: Columns, wanted: NDArray[np.bool_], target_sum: float
) -> Iterator[sp.csr_matrix]:
    """Yield the wanted cells of each block."""
    units, stay = survey.units, survey.units.stay(target_sum)

    def rows(start: int, block: Block) -> sp.csr_matrix:
        here = np.flatnonzero(wanted[start : start + file.step])
        cells = pick_genes(block, columns)[here]
        if not stay:
            cells = log_normalised(undo_log(cells, units), survey.totals[start + here], target_sum)
        return in_order(cells)

    return each_block(file, "write cells", rows)


def reordered(
    blocks: Iterable[sp.csr_matrix], order: NDArray[np.intp], folder: Path
) -> Iterator[sp.csr_matrix]:
    """Yield rows in another order, holding them in a temporary file meanwhile.

    Parameters
    ----------
    blocks
        Rows x genes.
    order
        Position of each row among those of the blocks, in the wanted order.
    folder
        Where the temporary file may be.
    """
    with tempfile.TemporaryFile(dir=folder) as file:
        lengths, genes = [np.zeros(1, np.int64)], 0
        for block in blocks:
            entries = np.empty(block.nnz, ENTRY)
            entries["gene"], entries["value"] = block.indices, block.data
            file.write(entries.data)
            lengths.append(np.diff(block.indptr))
            genes = block.shape[1]
        file.flush()
        bounds = np.concatenate(lengths).cumsum()
        for start in track(range(0, len(order), ROWS_AT_ONCE), "sort cells"):
            yield read_rows(file, bounds, order[start : start + ROWS_AT_ONCE], genes)


def read_rows(
    file: IO[bytes], bounds: NDArray[np.int64], rows: NDArray[np.intp], genes: int
) -> sp.csr_matrix:
    """Return rows x genes from a file of entries, row i between the i-th bound and the next."""
    first, last = bounds[rows], bounds[rows + 1]
    spans = zip(first * ENTRY.itemsize, (last - first) * ENTRY.itemsize, strict=True)
    found = [os.pread(file.fileno(), size, start) for start, size in spans]
    entries = np.frombuffer(b"".join(found), ENTRY)
    indptr = np.append(0, np.cumsum(last - first))
    return sp.csr_matrix((entries["value"], entries["gene"], indptr), shape=(len(rows), genes))
