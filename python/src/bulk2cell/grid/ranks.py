"""Compare methods over tasks by their ranks: Friedman's test, then Nemenyi's critical difference.

Demsar, "Statistical Comparisons of Classifiers over Multiple Data Sets", JMLR 2006, 7, 1-30. The tests compare with
scikit-posthocs, whose own figure differs in its bytes from run to run.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

ALPHA = 0.05  # as Demšar (JMLR 2006), and as the 95 % of all intervals
FEWEST_METHODS, FEWEST_TASKS = 3, 2


@dataclass(frozen=True)
class Ranks:
    """Mean ranks of methods over tasks.

    Attributes
    ----------
    mean
        Mean rank by method, 1 is best, sorted.
    tasks
        Number of tasks.
    p
        Of Friedman's test that all methods are alike; NaN where all are tied.
    critical_difference
        Mean ranks that differ by less are not told apart, at level 0.05.
    """

    mean: "pd.Series[float]"
    tasks: int
    p: float
    critical_difference: float


def rank(values: pd.DataFrame) -> Ranks | None:
    """Rank methods on every task, the highest value first.

    Parameters
    ----------
    values
        Tasks x methods, no value missing; ties get their mean rank.

    Returns
    -------
    Ranks or None
        None with fewer than 3 methods or 2 tasks, where there is no such test.
    """
    tasks, methods = values.shape
    if methods < FEWEST_METHODS or tasks < FEWEST_TASKS:
        return None
    mean = values.rank(axis=1, ascending=False).mean().sort_values(kind="stable")
    with np.errstate(invalid="ignore"):
        p = float(stats.friedmanchisquare(*values.to_numpy().T).pvalue)
    return Ranks(mean, tasks, p, find_critical_difference(methods, tasks))


def find_critical_difference(methods: int, tasks: int) -> float:
    """Return Nemenyi's critical difference of mean ranks, q sqrt(k (k + 1) / 6N), at level 0.05."""
    q = float(stats.studentized_range.ppf(1 - ALPHA, methods, np.inf)) / np.sqrt(2)
    return float(q * np.sqrt(methods * (methods + 1) / (6 * tasks)))


def find_cliques(mean: Sequence[float], difference: float) -> list[tuple[int, int]]:
    """Return the longest runs of methods that cannot be told apart, as first and last position.

    Parameters
    ----------
    mean
        Mean ranks, sorted.
    difference
        The critical difference.
    """
    runs: list[tuple[int, int]] = []
    for first, start in enumerate(mean):
        last = max(place for place, value in enumerate(mean) if value - start < difference)
        if last > first and (not runs or last > runs[-1][1]):
            runs.append((first, last))
    return runs
