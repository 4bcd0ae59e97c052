"""Bring any cells to a model's genes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.errors import InputError
from bulk2cell.preprocess.gene_names import highest_repeats


@dataclass(frozen=True)
class Columns:
    """Where a model's genes stand among the cells' own.

    Attributes
    ----------
    columns
        Columns of the cells, those of a gene beside each other; several of one gene are added up.
    places
        For each of them, the place of its gene in `present`.
    present
        Genes of the model that the cells have, in the order that was asked for.
    """

    columns: NDArray[np.intp]
    places: NDArray[np.intp]
    present: NDArray[np.intp]


def find_genes(
    symbols: "pd.Index[str]", genes: Sequence[str], order: NDArray[np.intp], min_overlap: float, where: str
) -> Columns:
    """Find a model's genes among the cells' genes.

    Parameters
    ----------
    symbols
        Symbol of each gene of the cells; it may occur more than once.
    genes
        The model's genes.
    order
        All of them, in the order that is wanted.
    min_overlap
        Smallest fraction of them that must be found.
    where
        Name of the cells for the error.

    Raises
    ------
    InputError
        If fewer are found.
    """
    place: NDArray[np.intp] = pd.Index(genes)[order].get_indexer(symbols)
    present = np.unique(place[place >= 0])
    found = len(present)
    if found < min_overlap * len(genes):
        raise InputError(
            f"{where}: {found} of the model's {len(genes)} genes are in the cells ({found / len(genes):.0%}), at least "
            f"{min_overlap:.0%} are needed; check that the cells' genes are named as the model's are, such as {genes[0]}"
        )
    columns = np.argsort(place, kind="stable")[np.count_nonzero(place < 0) :]
    return Columns(columns, np.searchsorted(present, place[columns]), order[present])


def keep_highest(found: Columns, names: "pd.Index[str]", means: NDArray[np.float64]) -> Columns:
    """Keep of each gene the column with the highest mean, as `merge_genes` does with values that cannot be added.

    Parameters
    ----------
    names, means
        Name and mean of each gene of the cells.
    """
    best = highest_repeats(found.places, names[found.columns], means[found.columns])
    return Columns(found.columns[best], np.arange(len(found.present)), found.present)


def model_genes(block: Any, found: Columns) -> sp.csr_matrix:
    """Return a block of cells with the model's genes alone.

    Parameters
    ----------
    block
        Cells x the cells' own genes, csr or dense.

    Returns
    -------
    sp.csr_matrix
        Cells x `found.present`, float32.
    """
    picked = sp.csr_matrix(block[:, found.columns])
    picked.eliminate_zeros()
    if len(found.present) == len(found.columns):
        return picked
    entries = picked.data, found.places.astype(np.int32)[picked.indices], picked.indptr
    merged = sp.csr_matrix(entries, shape=(picked.shape[0], len(found.present)))
    merged.sum_duplicates()
    return merged
