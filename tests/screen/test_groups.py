import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest

from bulk2cell.ridge.fit_drug import DrugFit
from bulk2cell.ridge.target import rank_response
from bulk2cell.screen.cover import cover_groups
from bulk2cell.screen.general import find_general, take_out_general
from bulk2cell.screen.groups import adjust, draw_cells, group_cells, permuted_p_values, share_interval

K = 5


def fit_of(target: np.ndarray, response_map: np.ndarray, covariance: float = 1e-9) -> DrugFit:
    """Return the fit of a target."""
    return DrugFit(
        lines=np.arange(len(target)),
        target=target,
        loadings=response_map.T @ target,
        temperature=1.0,
        line_weights=target,
        response_map=response_map,
        covariance=covariance * np.eye(K),
        left_out=target,
    )


def test_without_an_effect_p_values_are_uniform() -> None:
    random = np.random.default_rng(0)
    response_map = random.standard_t(4, size=(150, K))
    contrasts = random.normal(size=(1, K))
    found = [
        permuted_p_values(
            fit_of(rank_response(random.normal(size=150)), response_map), contrasts, 200, random
        )[0]
        for _ in range(300)
    ]
    assert kstest(found, "uniform").pvalue > 0.01


def test_an_effect_that_no_permutation_reaches_has_a_p_value_below_their_number() -> None:
    random = np.random.default_rng(0)
    along = np.sort(random.normal(size=200))
    fit = fit_of(rank_response(-along), along[:, None] * np.eye(K)[0])
    p = permuted_p_values(fit, np.eye(K)[:2], 200, random)
    assert 0 < p[0] < 1e-12
    assert p[1] == 1


def test_permutations_beyond_a_block_and_many_lines_are_counted() -> None:
    random = np.random.default_rng(0)
    fit = fit_of(rank_response(random.normal(size=40_000)), np.zeros((40_000, K)))
    assert permuted_p_values(fit, np.eye(K)[:1], 200, random).tolist() == [1]
    small = fit_of(rank_response(random.normal(size=30)), random.normal(size=(30, K)))
    once, more = (permuted_p_values(small, np.eye(K), number, random) for number in (1000, 2500))
    np.testing.assert_allclose(once, more, atol=0.05)


def test_one_group_alone_has_no_contrast() -> None:
    codes = np.ones((4, K), np.float32)
    grouping = group_cells("g", pd.Series(["a"] * 4), np.ones(4, bool), codes)
    assert np.isnan(grouping.contrasts).all()
    fit = fit_of(rank_response(np.arange(50.0)), np.ones((50, K)))
    assert np.isnan(permuted_p_values(fit, grouping.contrasts, 200, np.random.default_rng(0))).all()


def test_a_group_is_compared_with_the_cells_of_all_others_that_are_kept() -> None:
    codes = np.arange(6, dtype=np.float32)[:, None] * np.ones(K, np.float32)
    labels = pd.Series(["a", "a", "b", "c", pd.NA, "c"], dtype=object)
    grouping = group_cells("g", labels, np.array([True, True, True, True, True, False]), codes)
    assert grouping.names == ["a", "b", "c"]
    assert [list(members) for members in grouping.members] == [[0, 1], [2], [3]]
    np.testing.assert_allclose(grouping.contrasts[:, 0], [0.5 - 2.5, 2 - 4 / 3, 3 - 1])


@pytest.mark.parametrize(("covariance", "narrow"), [(1e-9, True), (1.0, False)])
def test_the_interval_of_a_share_widens_with_the_uncertainty_of_the_lines(
    covariance: float, narrow: bool
) -> None:
    random = np.random.default_rng(0)
    codes = random.normal(size=(1000, K)).astype(np.float32) + np.float32(0.5)
    grouping = group_cells("g", pd.Series(["a"] * 1000), np.ones(1000, bool), codes)
    fit = fit_of(np.ones(1), np.ones((1, K)), covariance)
    low, high = share_interval(fit, grouping, draw_cells(grouping, codes, random), random)[:, 0]
    assert low < (codes @ fit.loadings >= 0).mean()
    assert (high - low < 0.1) == narrow


def test_rates_of_false_discovery_leave_out_what_was_not_tested() -> None:
    found = adjust(np.array([0.01, np.nan, 0.04, 0.5]))
    np.testing.assert_allclose(found, [0.03, np.nan, 0.06, 0.5])


def test_the_specific_part_does_not_correlate_with_general_sensitivity() -> None:
    random = np.random.default_rng(0)
    codes = random.normal(size=(500, K)) * [3, 1, 1, 1, 1]
    loadings = random.normal([1, 0, 0, 0, 0], size=(20, K))
    covariance = np.cov(codes.T)
    general = find_general(loadings, covariance)
    mean = np.mean([codes @ one / np.sqrt(one @ covariance @ one) for one in loadings], axis=0)
    np.testing.assert_allclose(codes @ general, mean)
    specific = codes @ take_out_general(loadings, general, covariance).T
    assert abs(np.corrcoef(specific.T, codes @ general)[-1, :-1]).max() < 1e-9


def test_the_smallest_cover_is_found_where_a_greedy_choice_takes_three() -> None:
    covers = np.array(
        [[1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0], [0, 0, 1, 1, 0, 1], [1, 1, 0, 0, 1, 0]], dtype=bool
    )
    assert cover_groups(covers, np.array([0.9, 0.6, 0.7, 0.8])).tolist() == [2, 3]
    assert cover_groups(covers[:, :0], np.ones(4)).size == 0
    assert cover_groups(np.zeros((4, 3), bool), np.ones(4)).size == 0
