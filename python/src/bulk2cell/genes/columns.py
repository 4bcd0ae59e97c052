"""The columns of a file of cells that hold wanted genes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.genes.names import highest_repeats


@dataclass(frozen=True)
class Columns:
    """Positions of wanted genes among the cells' genes.

    Attributes
    ----------
    columns
        Columns of the cells, those of a gene next to each other; several of one gene are added up.
    places
        For each of them, the place of its gene in `present`.
    present
        Wanted genes that the cells have, in the wanted order.
    """

    columns: NDArray[np.intp]
    places: NDArray[np.intp]
    present: NDArray[np.intp]

    @property
    def repeated(self) -> bool:
        """Whether a gene has several columns."""
        return len(self.columns) > len(self.present)


def find_columns(symbols: "pd.Index[str]", genes: "pd.Index[str]") -> Columns:
    """Find genes among the cells' genes.

    Parameters
    ----------
    symbols
        Symbol of each gene of the cells; it may occur more than once.
    genes
        Wanted genes, in the order that is wanted.
    """
    place: NDArray[np.intp] = genes.get_indexer(symbols)
    present = np.unique(place[place >= 0])
    columns = np.argsort(place, kind="stable")[np.count_nonzero(place < 0) :]
    return Columns(columns, np.searchsorted(present, place[columns]), present)


def keep_highest(found: Columns, names: "pd.Index[str]", means: NDArray[np.float64]) -> Columns:
    """Keep of each gene the column with the highest mean, for values that cannot be added.

    Parameters
    ----------
    names, means
        Name and mean of each gene of the cells.
    """
    best = highest_repeats(found.places, names[found.columns], means[found.columns])
    return Columns(found.columns[best], np.arange(len(found.present)), found.present)


def narrow(found: Columns, genes: NDArray[np.intp]) -> Columns:
    """Keep some of the genes.

    Parameters
    ----------
    genes
        Their places in `found.present`, ascending.
    """
    wanted = np.isin(found.places, genes)
    places = np.searchsorted(genes, found.places[wanted])
    return Columns(found.columns[wanted], places, found.present[genes])


def pick_genes(block: Any, found: Columns) -> sp.csr_matrix:
    """Return a block of cells with the wanted genes alone.

    Parameters
    ----------
    block
        Cells x the cells' own genes, csr or dense.

    Returns
    -------
    sp.csr_matrix
        Cells x `found.present`, float32, no zero stored; indices in any order. It may share the block's values.
    """
    columns = found.columns
    if not isinstance(block, sp.csr_matrix):
        block, columns = sp.csr_matrix(block[:, columns]), np.arange(len(columns))
    place = np.full(block.shape[1], -1, block.indices.dtype)
    place[columns] = found.places
    places = place.take(block.indices)
    wanted = (places >= 0) & (block.data != 0)
    shape = block.shape[0], len(found.present)
    if wanted.all() and not found.repeated:
        return sp.csr_matrix((block.data, places, block.indptr), shape=shape)
    kept = np.flatnonzero(wanted)
    entries = block.data.take(kept), places.take(kept), np.searchsorted(kept, block.indptr)
    picked = sp.csr_matrix(entries, shape=shape)
    if found.repeated:
        picked.sum_duplicates()
    return picked


def in_order(cells: sp.csr_matrix) -> sp.csr_matrix:
    """Return cells with sorted indices: nothing then depends on the order of genes in a file."""
    return cells if cells.has_sorted_indices else cells.tocsc().tocsr()
