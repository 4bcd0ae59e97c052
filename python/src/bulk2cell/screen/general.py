"""General sensitivity: what all drugs have in common over the cells, and what a drug says beyond it."""

import numpy as np

from bulk2cell.ridge.fit_drug import Vector


def find_general(loadings: Vector, code_covariance: Vector) -> Vector:
    """Return the loadings of the mean score over drugs, each drug's scores brought to unit variance over the cells (K).

    Parameters
    ----------
    loadings
        Drugs x K.
    """
    deviation = np.sqrt(np.einsum("dk,kl,dl->d", loadings, code_covariance, loadings))
    return np.asarray((loadings[deviation > 0] / deviation[deviation > 0, None]).mean(axis=0))


def take_out_general(loadings: Vector, general: Vector, code_covariance: Vector) -> Vector:
    """Return loadings of the part of each drug's scores that does not correlate over the cells with general sensitivity."""
    variance = general @ code_covariance @ general
    if variance == 0:
        return loadings
    slope = loadings @ code_covariance @ general / variance
    return np.asarray(loadings - slope[:, None] * general)
