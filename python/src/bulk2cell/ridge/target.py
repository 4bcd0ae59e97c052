"""What ridge regression learns of a response, and how much each line weighs.

Seeds differ by the weights of the lines: the mean of 16 Bayesian bootstraps (Rubin, Ann. Statist. 1981). A single one would
in effect learn from half of the lines. A line weighs the same for every drug, so that drugs are compared on the same terms.
The scatter over seeds shows whether the answer hangs on a few lines; it is about a quarter of the uncertainty that comes
from which lines were screened.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

BOOTSTRAPS = 16  # their mean costs 0.002 AUROC at most, a single one 0.011 or more (docs/transfer.md)


def draw_line_weights(lines: int, seed: int) -> NDArray[np.float64]:
    """Return the weight of each line, 1 on average over seeds."""
    return np.asarray(np.random.default_rng(seed).standard_exponential((BOOTSTRAPS, lines)).mean(axis=0))


def rank_response(response: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return one minus the rank of the response: 1 for the most sensitive line, 0 for the most resistant one.

    Parameters
    ----------
    response
        By line, without missing values; low means sensitive.
    """
    order = rankdata(response) - 1
    return np.asarray(1 - order / max(len(order) - 1, 1))
