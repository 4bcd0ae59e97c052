"""Temperature scaling (Guo et al., ICML 2017), for two classes."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

# A thousandth to a thousand: where lines are told apart without error, no temperature is best.
LOG_RANGE = (-7.0, 7.0)


def fit_temperature(log_odds: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    """Return the temperature that gives the lowest cross-entropy.

    Parameters
    ----------
    log_odds
        Of being sensitive, by line.
    labels
        Whether it is.
    """
    against = np.where(labels, -log_odds, log_odds)

    def loss(log_temperature: float) -> float:
        return float(np.logaddexp(0, against / np.exp(log_temperature)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=LOG_RANGE, method="bounded").x))
