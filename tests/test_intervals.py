import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from bulk2cell.intervals import clip_to_range, find_t_intervals, find_wilson_interval


def test_interval_over_seeds_is_the_t_interval() -> None:
    scores = pd.DataFrame({"metric": "auroc", "value": [0.7, 0.8, 0.9]})
    row = find_t_intervals(scores, ["metric"]).iloc[0]
    half = 4.302653 * 0.1 / np.sqrt(3)
    assert row[["mean", "low", "high"]].tolist() == pytest.approx([0.8, 0.8 - half, 0.8 + half])
    assert row["n"] == 3


def test_one_seed_has_no_interval() -> None:
    row = find_t_intervals(pd.DataFrame({"metric": ["auroc"], "value": [0.7]}), ["metric"]).iloc[0]
    assert row["mean"] == 0.7
    assert np.isnan(row["low"])
    assert np.isnan(row["high"])


def test_interval_over_seeds_covers_the_truth_at_its_rate() -> None:
    sets, seeds = 400, 5
    value = np.random.default_rng(0).normal(0.7, 0.05, size=(sets, seeds))
    scores = pd.DataFrame({"set": np.repeat(np.arange(sets), seeds), "value": value.ravel()})
    table = find_t_intervals(scores, ["set"])
    assert 0.92 <= ((table["low"] <= 0.7) & (table["high"] >= 0.7)).mean() <= 0.98


def test_intervals_stay_within_what_a_metric_can_be() -> None:
    wide = pd.DataFrame({"metric": ["auroc", "mcc", "true_positives"], "low": -5.0, "high": 5.0})
    assert clip_to_range(wide)["low"].tolist() == [0.0, -1.0, 0.0]
    assert clip_to_range(wide)["high"].tolist() == [1.0, 1.0, 5.0]


def test_the_interval_of_a_share_is_wilsons() -> None:
    hits, count = pd.Series([0.0, 8.0, 10.0, 0.0]), pd.Series([10.0, 10.0, 10.0, 0.0])
    low, high = find_wilson_interval(hits, count)
    for place in range(3):
        known = binomtest(int(hits[place]), int(count[place])).proportion_ci(method="wilson")
        assert (low[place], high[place]) == pytest.approx((known.low, known.high), abs=1e-9)
    assert np.isnan(low[3])
    assert np.isnan(high[3])
