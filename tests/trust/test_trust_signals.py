import numpy as np
import pytest

from bulk2cell.ridge.fit_drug import DrugFit
from bulk2cell.trust.signals import NEAR, find_near_lines, nearby_correlation, stability

K = 4


def fit_of(**changes: object) -> DrugFit:
    """Return a fit of 40 lines."""
    values = {
        "lines": np.arange(40),
        "target": np.linspace(0, 1, 40),
        "loadings": np.array([1.0, 0, 0, 0]),
        "temperature": 1.0,
        "line_weights": np.zeros(40),
        "response_map": np.zeros((40, K)),
        "covariance": 0.25 * np.eye(K),
        "left_out": np.linspace(0, 1, 40),
    }
    return DrugFit(**{**values, **changes})


def test_stability_is_the_log_of_signal_over_noise() -> None:
    covariance = np.diag([4.0, 1.0, 1.0, 2.0])
    assert stability(fit_of(), covariance) == pytest.approx(np.log(4 / (0.25 * 8)))
    louder = fit_of(loadings=2 * fit_of().loadings, covariance=4 * fit_of().covariance)
    assert stability(louder, covariance) == pytest.approx(stability(fit_of(), covariance))
    assert np.isfinite(stability(fit_of(loadings=np.zeros(K)), covariance))


def test_only_lines_near_the_cells_count() -> None:
    near = np.arange(60) < 20
    fit = fit_of(left_out=np.r_[np.linspace(0, 1, 20), np.linspace(1, 0, 20)])
    assert nearby_correlation(fit, near) == pytest.approx(1)
    assert nearby_correlation(fit, ~near) == pytest.approx(-1)
    assert nearby_correlation(fit, np.arange(60) < 19) == 0
    assert nearby_correlation(fit_of(target=np.ones(40)), near) == 0


def test_lines_of_the_cells_own_kind_are_near_on_any_scale() -> None:
    random = np.random.default_rng(0)
    kinds = random.normal(size=(2, 200))
    lines = np.repeat(kinds, 200, axis=0) + 0.3 * random.normal(size=(400, 200))
    near = find_near_lines(np.exp(3 * kinds[1]).astype(np.float32), lines.astype(np.float32))
    assert near.sum() == NEAR
    assert not near[:200].any()
