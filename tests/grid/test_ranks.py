"""Against the worked example of Demsar (JMLR 2006, section 3.2): four variants of C4.5 on 14 datasets."""

import numpy as np
import pandas as pd
import pytest
from scikit_posthocs import posthoc_nemenyi_friedman

from bulk2cell.grid.ranks import find_cliques, find_critical_difference, rank

PUBLISHED_RANKS = [1.964, 2.000, 2.893, 3.143]


def test_the_critical_difference_is_the_published_one() -> None:
    assert find_critical_difference(4, 14) == pytest.approx(2.569 * np.sqrt(4 * 5 / (6 * 14)), abs=1e-3)
    assert round(find_critical_difference(4, 14), 2) == 1.25


def test_the_published_ranks_are_not_told_apart_at_that_difference() -> None:
    assert find_cliques(PUBLISHED_RANKS, find_critical_difference(4, 14)) == [(0, 3)]


def test_mean_ranks_and_friedmans_p_by_hand() -> None:
    values = pd.DataFrame(
        {"worst": [0.1, 0.2, 0.3, 0.4], "best": [0.9, 0.9, 0.8, 0.7], "tied": [0.9, 0.5, 0.5, 0.5]}
    )
    ranks = rank(values)
    assert ranks is not None
    assert ranks.mean.to_dict() == {"best": 1.125, "tied": 1.875, "worst": 3.0}
    assert list(ranks.mean.index) == ["best", "tied", "worst"]
    # chi2 = 12 N / (k (k + 1)) (sum of squared mean ranks - k (k + 1)^2 / 4) / (1 - ties / (N (k^3 - k))), k - 1 = 2 degrees
    chi2 = 4 * (1.125**2 + 1.875**2 + 3.0**2 - 12) / (1 - 6 / (4 * 24))
    assert ranks.p == pytest.approx(np.exp(-chi2 / 2))
    assert ranks.tasks == 4


def test_methods_without_a_difference_are_not_told_apart() -> None:
    ranks = rank(pd.DataFrame(np.full((5, 3), 0.5), columns=list("abc")))
    assert ranks is not None
    assert (ranks.mean == 2).all()
    assert np.isnan(ranks.p)


@pytest.mark.parametrize("shape", [(5, 2), (1, 3)])
def test_too_few_methods_or_tasks_have_no_test(shape: tuple[int, int]) -> None:
    assert rank(pd.DataFrame(np.random.default_rng(0).random(shape))) is None


def test_cliques_are_the_longest_runs_within_the_difference() -> None:
    assert find_cliques([1.0, 1.5, 2.4, 3.0], 1.0) == [(0, 1), (1, 2), (2, 3)]
    assert find_cliques([1.0, 2.0, 3.0], 0.5) == []


@pytest.mark.parametrize("shape", [(3, 3), (5, 14), (14, 4)])
def test_the_methods_that_are_told_apart_are_those_of_scikit_posthocs(shape: tuple[int, int]) -> None:
    methods = shape[1]
    noise = np.random.default_rng(methods).random(shape)
    values = pd.DataFrame(noise + np.linspace(0, 2, methods), columns=list("abcdefghijklmn")[:methods])
    ranks = rank(values)
    assert ranks is not None
    p = posthoc_nemenyi_friedman(values).loc[ranks.mean.index, ranks.mean.index].to_numpy()
    apart = np.abs(np.subtract.outer(ranks.mean.to_numpy(), ranks.mean.to_numpy()))
    assert ((apart >= ranks.critical_difference) == (p < 0.05)).all()
    assert 0 < (p < 0.05).sum() < p.size
