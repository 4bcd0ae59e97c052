"""Gene-wise z-scores, each domain by its own statistics and without any label."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

LARGEST_Z = 10.0

Matrix = NDArray[np.float32] | sp.csr_matrix


@dataclass(frozen=True)
class Scaling:
    """Mean and standard deviation per gene of each domain; a constant gene has standard deviation 1."""

    bulk_mean: NDArray[np.float32]
    bulk_std: NDArray[np.float32]
    cell_mean: NDArray[np.float32]
    cell_std: NDArray[np.float32]


def gene_statistics(X: Matrix) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return mean and standard deviation per gene.

    Parameters
    ----------
    X
        Lines or cells x genes.
    """
    count = X.shape[0]
    if sp.issparse(X):
        mean = np.asarray(X.sum(axis=0, dtype=np.float64)).ravel() / count
        squares = np.asarray(X.multiply(X).sum(axis=0, dtype=np.float64)).ravel() / count
    else:
        mean = X.mean(axis=0, dtype=np.float64)
        squares = np.einsum("ij,ij->j", X, X, dtype=np.float64) / count
    variance = np.maximum(squares - mean**2, 0)
    std = np.where(variance > 1e-8, np.sqrt(variance), 1.0)
    return mean.astype(np.float32), std.astype(np.float32)


def standardise(X: Matrix, mean: NDArray[np.float32], std: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return dense z-scores, clipped to +-10 as scanpy users do.

    Parameters
    ----------
    X
        Lines or cells x genes.
    mean, std
        Per gene, see `gene_statistics`.
    """
    dense = X.toarray() if sp.issparse(X) else np.array(X, dtype=np.float32)
    dense = dense.astype(np.float32, copy=False)
    dense -= mean
    dense /= std
    return np.clip(dense, -LARGEST_Z, LARGEST_Z, out=dense)
