from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from bulk2cell.ridge.fit_drug import DrugFit, fit_drug
from bulk2cell.ridge.lines import Lines, share_lines
from bulk2cell.ridge.target import rank_response

LINES, GENES, COMPONENTS, PENALTY = 120, 300, 6, 0.5


@pytest.fixture(scope="module")
def expression() -> np.ndarray:
    """Return lines x genes of a few programmes."""
    random = np.random.default_rng(0)
    programmes = random.normal(size=(LINES, 8)) @ random.normal(size=(8, GENES))
    return (programmes + random.normal(size=(LINES, GENES)) + 5).astype(np.float32)


@pytest.fixture(scope="module")
def components() -> np.ndarray:
    """Return orthonormal components x genes."""
    random = np.random.default_rng(1)
    return np.linalg.qr(random.normal(size=(GENES, COMPONENTS)))[0].T.astype(np.float32)


@pytest.fixture(scope="module")
def lines(expression: np.ndarray, components: np.ndarray) -> Lines:
    """Return what drugs share of the lines."""
    return share_lines(expression, pd.Index([f"L{i}" for i in range(LINES)]), components, seed=1)


@pytest.fixture(scope="module")
def response(expression: np.ndarray) -> np.ndarray:
    """Return a response that genes explain in part, not known for every seventh line."""
    random = np.random.default_rng(2)
    values = expression[:, :20].sum(axis=1) + random.normal(0, 10, LINES)
    values[::7] = np.nan
    return values.astype(float)


@pytest.fixture(scope="module")
def fit(lines: Lines, response: np.ndarray) -> DrugFit:
    """Return the fit of the response."""
    return fit_drug(lines, response, *halves(response), PENALTY)


def halves(response: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return labels, and which lines are for training."""
    labels = np.where(np.isnan(response), np.nan, (response < np.nanmedian(response)).astype(float))
    return labels, np.arange(LINES) % 5 > 0


def standardised(expression: np.ndarray) -> np.ndarray:
    """Return z-scores of all lines."""
    return (expression - expression.mean(axis=0)) / expression.std(axis=0)


def test_the_loadings_are_those_of_ridge_regression_over_all_genes(
    expression: np.ndarray, components: np.ndarray, lines: Lines, response: np.ndarray, fit: DrugFit
) -> None:
    known = ~np.isnan(response)
    weights = lines.weights[known] / lines.weights[known].mean()
    peer = Ridge(alpha=PENALTY * GENES, solver="cholesky").fit(
        standardised(expression.astype(np.float64))[known], rank_response(response[known]), weights
    )
    np.testing.assert_allclose(fit.loadings, components @ peer.coef_, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(fit.response_map.T @ fit.target, fit.loadings, rtol=1e-3, atol=1e-5)


def test_a_line_that_is_left_out_is_scored_as_by_a_model_without_it(
    expression: np.ndarray, lines: Lines, response: np.ndarray, fit: DrugFit
) -> None:
    known = np.flatnonzero(~np.isnan(response))
    weights = lines.weights[known] / lines.weights[known].mean()
    root = np.sqrt(weights)
    z = standardised(expression.astype(np.float64))[known]
    z = z - weights @ z / weights.sum()
    middle = weights @ fit.target / weights.sum()
    for line in (0, 17, 60):
        rest = np.delete(np.arange(len(known)), line)
        without = Ridge(alpha=PENALTY * GENES, fit_intercept=False, solver="cholesky").fit(
            (z * root[:, None])[rest], ((fit.target - middle) * root)[rest]
        )
        assert fit.left_out[line] == pytest.approx(middle + z[line] @ without.coef_, abs=1e-3)


def test_the_covariance_is_that_of_bayesian_bootstraps(lines: Lines, response: np.ndarray) -> None:
    random, penalty = np.random.default_rng(3), 5.0
    fit = fit_drug(lines, response, *halves(response), penalty)
    drawn = []
    for _ in range(200):
        weights = lines.weights * random.exponential(size=LINES)
        drawn.append(fit_drug(replace(lines, weights=weights), response, *halves(response), penalty).loadings)
    refitted = np.cov(np.array(drawn).T)
    assert np.trace(fit.covariance) == pytest.approx(
        np.trace(refitted), rel=0.3
    )  # the first order is some 15 % too wide
    assert np.corrcoef(fit.covariance.ravel(), refitted.ravel())[0, 1] > 0.9


def test_lines_without_a_response_change_nothing(
    expression: np.ndarray, components: np.ndarray, response: np.ndarray, lines: Lines, fit: DrugFit
) -> None:
    other = lines.gram.copy()
    missing = np.isnan(response)
    other[missing] = other[:, missing] = 0
    again = fit_drug(replace(lines, gram=other), response, *halves(response), PENALTY)
    np.testing.assert_array_equal(again.loadings, fit.loadings)
    assert again.temperature == fit.temperature
