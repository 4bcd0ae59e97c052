"""A dense product whose rows do not depend on each other."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.sources.cell_file import BATCH


def batched_product(
    x: NDArray[np.float32] | sp.csc_matrix, weight: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return x @ weight, dense, in batches of the same size, the last one filled up.

    Libraries choose the order of their sums by the shape: rows multiplied in one batch alone can differ in last bits from
    the same rows among others.

    Parameters
    ----------
    x
        Rows x N.
    weight
        N x H.
    """
    rows = len(x) if isinstance(x, np.ndarray) else x.shape[0]
    found = np.empty((-(-rows // BATCH) * BATCH, weight.shape[1]), dtype=np.float32)
    filled = filled_up(x, len(found))
    for start in range(0, len(found), BATCH):
        np.matmul(filled[start : start + BATCH], weight, out=found[start : start + BATCH])
    return found[:rows]


def filled_up(x: NDArray[np.float32] | sp.csc_matrix, rows: int) -> NDArray[np.float32]:
    """Return x, dense, with rows of zeros below."""
    if isinstance(x, np.ndarray):
        return np.pad(x, ((0, rows - len(x)), (0, 0)))
    return np.asarray(
        sp.csc_matrix((x.data, x.indices, x.indptr), shape=(rows, x.shape[1])).toarray(order="F")
    )
