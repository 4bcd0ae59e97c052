"""Signals of how well a drug's scores will tell sensitive from resistant cells; none needs a label of a cell."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from bulk2cell.ridge.fit_drug import DrugFit, Vector

# Enough for a correlation of some precision (standard error 0.08), and few enough to be of like tissues.
NEAR = 150
FEWEST = 20


def find_near_lines(cell_mean: NDArray[np.float32], lines: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which lines are nearest to the mean cell, by Spearman's correlation over genes.

    Parameters
    ----------
    cell_mean
        Mean of the cells, per gene.
    lines
        Expression, lines x genes.
    """
    of_lines, of_cells = rankdata(lines, axis=1), rankdata(cell_mean)
    of_lines -= of_lines.mean(axis=1, keepdims=True)
    lengths = np.sqrt(np.einsum("ij,ij->i", of_lines, of_lines))
    alike = np.asarray(of_lines @ (of_cells - of_cells.mean())) / lengths
    near = np.zeros(len(lines), bool)
    near[np.argsort(-alike, kind="stable")[:NEAR]] = True
    return near


def stability(fit: DrugFit, code_covariance: Vector) -> float:
    """Return how far the differences between cells stand above what other draws of the lines would change in them.

    Parameters
    ----------
    code_covariance
        Of the cells' codes, K x K.

    Returns
    -------
    float
        The log of the variance of the cells' scores over the part of it that is due to the choice of lines (Bayesian
        bootstrap).
    """
    signal = fit.loadings @ code_covariance @ fit.loadings
    noise = np.sum(code_covariance * fit.covariance)
    return float(np.log(np.maximum(signal, 1e-12) / np.maximum(noise, 1e-12)))


def nearby_correlation(fit: DrugFit, near: NDArray[np.bool_]) -> float:
    """Return how the response of the lines near the cells correlates with scores by models that did not learn from them.

    It is 0 if fewer than `FEWEST` of them were treated.
    """
    among = near[fit.lines]
    if among.sum() < FEWEST or np.ptp(fit.target[among]) == 0:
        return 0.0
    return float(np.corrcoef(fit.target[among], fit.left_out[among])[0, 1])
