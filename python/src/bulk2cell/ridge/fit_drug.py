"""One drug of many: ridge regression of its response on the lines, seen through the components of the cells.

Weights per gene never appear. With X the lines (n x G), D their weights and V the cells' components (K x G), the solution is
w = X' D^1/2 c with (D^1/2 X X' D^1/2 + penalty) c = D^1/2 y (Saunders, Gammerman & Vovk, ICML 1998), and a cell's score is
its code times V w, K numbers. The same factorisation gives leave-one-out scores of the lines (Allen, Technometrics 1974),
the scores of models that learnt any other response, and, by the infinitesimal jackknife (Jaeckel 1972; Efron, JASA 2014),
how far V w would vary over other draws of the lines.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, lapack

from bulk2cell.model.temperature import fit_temperature
from bulk2cell.ridge.lines import Lines
from bulk2cell.ridge.target import rank_response

Vector = NDArray[np.float64]
Factor = NDArray[np.float32]  # enough: the ridge keeps the condition number below 100


@dataclass(frozen=True)
class DrugFit:
    """What the lines say of one drug, for cells reduced to K components.

    Attributes
    ----------
    lines
        Positions of the n lines that were learnt from.
    target
        What was learnt, by line: 1 for the most sensitive.
    loadings
        Of the components: a cell's score is its code times these (K); the score over the temperature is its log odds.
    temperature
        See `fit_temperature`.
    line_weights
        A gene's weight is the lines' standardised expression times these (n).
    response_map
        From the target to the loadings, n x K, so that another target has the loadings `response_map.T @ target`.
    covariance
        Of the loadings over Bayesian bootstraps of the lines, K x K.
    left_out
        Score of each line by a model that did not learn from it, all genes (n).
    """

    lines: NDArray[np.intp]
    target: Vector
    loadings: Vector
    temperature: float
    line_weights: Vector
    response_map: Vector
    covariance: Vector
    left_out: Vector


def fit_drug(
    lines: Lines,
    response: NDArray[np.floating],
    labels: Vector,
    train: NDArray[np.bool_],
    penalty: float,
) -> DrugFit:
    """Learn the rank of a drug's response; the loadings and the temperature are those of `ridge.fit.fit_ridge`.

    Parameters
    ----------
    response, labels
        By line; NaN where there is none.
    train
        Lines of the training part; the labelled others decide on the temperature.
    penalty
        Per gene.
    """
    known = np.flatnonzero(~np.isnan(response))
    target = rank_response(response[known].astype(np.float32))
    ridge = penalty * lines.genes
    factor, share, root = _factorise(lines, known, ridge)
    centred = lines.codes[known] - share @ lines.codes[known]
    aim = root * (target - share @ target)
    dual, through = _solve(factor, aim), _solve(factor, root[:, None] * centred)
    loadings, weighted = through.T @ aim, root[:, None] * through
    # What being left out adds to a line's weighted residual.
    removed = dual / _diagonal_of_inverse(factor)
    influence = ridge * dual[:, None] * through  # on the loadings, of a line's weight
    return DrugFit(
        lines=known,
        target=target,
        loadings=loadings,
        temperature=_find_temperature(lines, response, labels, train, ridge),
        line_weights=root * dual - share * (root @ dual),
        response_map=weighted - share[:, None] * weighted.sum(axis=0),
        covariance=influence.T @ influence,
        left_out=target - removed / root,
    )


def _find_temperature(
    lines: Lines, response: NDArray[np.floating], labels: Vector, train: NDArray[np.bool_], ridge: float
) -> float:
    """Return the temperature that fits the labelled held-out lines, scored by a model of the training lines."""
    known, held_out = np.flatnonzero(train & ~np.isnan(response)), np.flatnonzero(~train & ~np.isnan(labels))
    target = rank_response(response[known].astype(np.float32))
    factor, share, root = _factorise(lines, known, ridge)
    dual = root * _solve(factor, root * (target - share @ target))
    between = lines.gram[np.ix_(held_out, known)].astype(np.float64)
    return fit_temperature(between @ dual - (between @ share) * dual.sum(), labels[held_out] == 1)


def _factorise(lines: Lines, known: NDArray[np.intp], ridge: float) -> tuple[Factor, Vector, Vector]:
    """Return the Cholesky factor of some lines' weighted, centred inner products plus the ridge.

    The lines' shares of the weight, by which everything is centred, and the roots of their weights come with it.
    """
    weight = lines.weights[known] / lines.weights[known].mean()
    share, root = weight / weight.sum(), np.sqrt(weight)
    own = lines.gram[np.ix_(known, known)]
    mean = own @ share.astype(np.float32)
    own -= mean[:, None] + (mean - share @ mean).astype(np.float32)
    own *= np.outer(root, root).astype(np.float32)
    own[np.diag_indices_from(own)] += np.float32(ridge)
    return np.asarray(cholesky(own, lower=True, overwrite_a=True, check_finite=False)), share, root


def _solve(factor: Factor, right: Vector) -> Vector:
    found = cho_solve((factor, True), right.astype(np.float32), check_finite=False)
    return np.asarray(found, dtype=np.float64)


def _diagonal_of_inverse(factor: Factor) -> Vector:
    """Return the diagonal of the inverse of the matrix whose Cholesky factor is given."""
    inverse, _ = lapack.strtri(factor, lower=1)
    return np.asarray(np.einsum("ij,ij->j", inverse, inverse, dtype=np.float64))
