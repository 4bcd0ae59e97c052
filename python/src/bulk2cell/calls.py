"""A call: sensitive or resistant, or uncertain where held-out lines so close to the threshold are too often called wrong.

The width of the uncertain band is chosen on lines that the model has not learnt from (a reject option with a stated risk:
Geifman & El-Yaniv, NIPS 2017). It is in units of the log odds, not a share of the cells: of cells that a model can hardly
tell apart few are called, and of those that it can, many.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

SENSITIVE, RESISTANT, UNCERTAIN = "sensitive", "resistant", "uncertain"
CALLS = (SENSITIVE, RESISTANT, UNCERTAIN)


def find_width(
    log_odds: NDArray[np.float64], sensitive: NDArray[np.bool_], accuracy: float, threshold: float = 0.5
) -> float | None:
    """Return the smallest distance from the threshold beyond which lines are called right at a rate.

    The rate is the mean of both classes' rates, so that it cannot be reached by calling all lines the same. One line that
    is called wrong is added to each class: the next line counts as wrong beforehand, as in conformal prediction. So few
    lines do not reach a high rate by chance.

    Parameters
    ----------
    log_odds
        Of being sensitive, of lines that were not learnt from.
    sensitive
        Whether a line is.
    accuracy
        The rate.
    threshold
        Probability at which a line is called sensitive, more than 0 and less than 1.

    Returns
    -------
    float or None
        In units of the log odds; 0 where all lines together reach the rate, none where no distance does.
    """
    beyond = log_odds - np.log(threshold / (1 - threshold))
    distance = np.abs(beyond)
    order = np.argsort(-distance, kind="stable")
    wrong = ((beyond >= 0) != sensitive)[order]
    rates = [
        (np.cumsum(wrong & of_class) + 1) / (np.cumsum(of_class) + 1)
        for of_class in (sensitive[order], ~sensitive[order])
    ]
    reached = 1 - np.mean(rates, axis=0) >= accuracy
    ordered = distance[order]
    reached[:-1] &= ordered[:-1] > ordered[1:]
    if not reached.any():
        return None
    last = int(np.flatnonzero(reached)[-1])
    return 0.0 if last == len(ordered) - 1 else float(ordered[last])


def find_band(width: float | None, threshold: float) -> tuple[float, float]:
    """Return the probabilities from which on a cell is called sensitive, and below which it is called resistant.

    Parameters
    ----------
    width
        See `find_width`; none: no cell is called.
    """
    if width is None:
        return np.inf, -np.inf
    shrunk = np.exp(-width)
    above = threshold / (threshold + (1 - threshold) * shrunk)
    below = threshold * shrunk / (threshold * shrunk + 1 - threshold)
    return float(above), float(below)


def make_calls(probabilities: NDArray[Any], width: float | None, threshold: float) -> NDArray[np.str_]:
    """Return the call of each cell.

    Parameters
    ----------
    width
        See `find_width`.
    """
    above, below = find_band(width, threshold)
    return np.select([probabilities >= above, probabilities < below], [SENSITIVE, RESISTANT], UNCERTAIN)
