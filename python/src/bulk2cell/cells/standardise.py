"""Gene-wise z-scores, each domain by its own statistics and without any label."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

LARGEST_Z = 10.0  # scanpy's usual bound (max_value of pp.scale)

Matrix = NDArray[np.float32] | sp.csr_matrix


@dataclass(frozen=True)
class Scaling:
    """What turns expression into the network's input.

    Attributes
    ----------
    bulk_mean, bulk_std, cell_mean, cell_std
        Per gene; a constant gene has standard deviation 1.
    cell_components
        Components x genes, orthonormal, to which cells are reduced; without components, cells stay as they are.
    """

    bulk_mean: NDArray[np.float32]
    bulk_std: NDArray[np.float32]
    cell_mean: NDArray[np.float32]
    cell_std: NDArray[np.float32]
    cell_components: NDArray[np.float32]


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


def leading_components(z: NDArray[np.float32], number: int) -> NDArray[np.float32]:
    """Return the leading principal components of standardised cells, the same on every call.

    Parameters
    ----------
    z
        Cells x genes, z-scores.
    number
        Components; fewer where there are fewer cells or genes.

    Returns
    -------
    NDArray[np.float32]
        Components x genes, orthonormal.
    """
    number = min(number, z.shape[0] - 1, z.shape[1])
    if number <= 0:
        return np.zeros((0, z.shape[1]), dtype=np.float32)
    from sklearn.utils.extmath import randomized_svd

    return np.asarray(randomized_svd(z, number, n_iter=4, random_state=0)[2], dtype=np.float32)


def denoise(z: NDArray[np.float32], components: NDArray[np.float32]) -> NDArray[np.float32]:
    """Project standardised cells (cells x genes) on the components (components x genes).

    Without components the cells are returned as they are. Each cell is reduced by itself.
    """
    return np.asarray(z @ components.T @ components) if len(components) else z
