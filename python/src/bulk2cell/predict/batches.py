"""A dense product whose rows do not depend on each other."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

BATCH = 256


def batched_product(
    x: NDArray[np.float32] | sp.csr_matrix, weight: NDArray[np.float32]
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
    found = np.empty((x.shape[0], weight.shape[1]), dtype=np.float32)
    batch = np.zeros((BATCH, x.shape[1]), dtype=np.float32)
    for start in range(0, len(found), BATCH):
        part = x[start : start + BATCH]
        filled = batch[: part.shape[0]]
        if sp.issparse(part):
            part.toarray(out=filled)
        else:
            filled[:] = part
        found[start : start + BATCH] = (batch @ weight)[: len(filled)]
    return found
