"""Bring any cells to a model's genes and scaling."""

from collections.abc import Sequence

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.errors import InputError
from bulk2cell.preprocess.standardise import standardise


def find_genes(cells: ad.AnnData, genes: Sequence[str], min_overlap: float, where: str) -> NDArray[np.intp]:
    """Return, for each model gene, its column among the cells' genes, or -1.

    Parameters
    ----------
    genes
        The model's G genes.
    min_overlap
        Smallest fraction of them that must be found.
    where
        Name of the cells for the error.

    Raises
    ------
    InputError
        If fewer are found.
    """
    columns: NDArray[np.intp] = pd.Index(cells.var_names).get_indexer(pd.Index(genes))
    found = int((columns >= 0).sum())
    if found < min_overlap * len(genes):
        raise InputError(
            f"{where}: {found} of the model's {len(genes)} genes are in the cells ({found / len(genes):.0%}), at least "
            f"{min_overlap:.0%} are needed; check that the cells' genes are named as the model's are, such as {genes[0]}"
        )
    return columns


def standardised_block(
    X: NDArray[np.float32] | sp.csr_matrix,
    columns: NDArray[np.intp],
    mean: NDArray[np.float32],
    std: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return a block of cells as the model's input.

    A gene that the cells lack is filled with the mean of the model's training cells: zero after standardising.

    Parameters
    ----------
    X
        Cells x the cells' own genes.
    columns
        See `find_genes`.
    mean, std
        The model's scaling of cells, per model gene.

    Returns
    -------
    NDArray[np.float32]
        Cells x model genes.
    """
    present = columns >= 0
    filled = np.zeros((X.shape[0], len(columns)), dtype=np.float32)
    filled[:, present] = standardise(X[:, columns[present]], mean[present], std[present])
    return filled
