"""What ridge regression says of each line when it has learnt from all the others, in closed form."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def leave_one_out(gram: Values, learnt: Values, weights: Values, penalty: float) -> Values:
    """Return each line's score, without intercept, by the fit to the others (Allen, Technometrics 1974).

    Ranks are not made anew without the line.

    Parameters
    ----------
    gram
        Inner products of the lines, lines x lines.
    learnt
        What is learnt of each line.
    weights
        Of the lines, 1 on average.
    penalty
        Of the squared coefficients.
    """
    inverse = np.linalg.inv(gram + np.diag(penalty / weights))
    of_intercept = inverse.sum(axis=1) / inverse.sum()
    residuals = inverse @ (learnt - of_intercept @ learnt)
    residuals /= np.diag(inverse) - of_intercept * inverse.sum(axis=1)
    intercepts = of_intercept @ learnt - of_intercept * residuals
    return np.asarray(learnt - residuals - intercepts)
