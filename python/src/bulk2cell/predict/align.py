"""Find a model's genes in any cells."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.errors import InputError
from bulk2cell.genes.columns import Columns, find_columns


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
    columns = find_columns(symbols, pd.Index(genes)[order])
    found = len(columns.present)
    if found < min_overlap * len(genes):
        raise InputError(
            f"{where}: {found} of the model's {len(genes)} genes are in the cells ({found / len(genes):.0%}), at least "
            f"{min_overlap:.0%} are needed; check that the cells' genes are named as the model's are, such as {genes[0]}"
        )
    return Columns(columns.columns, columns.places, order[columns.present])
