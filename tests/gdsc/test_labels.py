import numpy as np
import pandas as pd
import pytest

from bulk2cell.gdsc.labels import response_labels, waterfall_cut


def response(values: list[float]) -> "pd.Series[float]":
    return pd.Series(values, index=[f"L{i}" for i in range(len(values))])


def test_extreme_labels_both_ends_and_leaves_the_middle() -> None:
    labels = response_labels(response([i / 10 for i in range(11)]), "extreme", 0.3, 0.0)
    assert labels.tolist()[:4] == [1.0] * 4
    assert labels.iloc[4:7].isna().all()
    assert labels.tolist()[7:] == [0.0] * 4


def test_low_is_sensitive_whatever_the_order_of_lines() -> None:
    labels = response_labels(response([0.9, 0.1, 0.5, 0.95, 0.05]), "extreme", 0.4, 0.0)
    assert labels.loc[["L1", "L4"]].tolist() == [1.0, 1.0]
    assert labels.loc[["L0", "L3"]].tolist() == [0.0, 0.0]


def test_median_splits_in_halves() -> None:
    assert response_labels(response([1, 2, 3, 4]), "median", 0.3, 0.0).tolist() == [1, 1, 0, 0]


def test_threshold_is_strict() -> None:
    assert response_labels(response([0.7, 0.8, 0.9]), "threshold", 0.3, 0.8).tolist() == [1, 0, 0]


def test_waterfall_of_a_straight_line_is_the_median() -> None:
    assert waterfall_cut(response(list(np.linspace(0, 1, 21)))) == pytest.approx(0.5)


def test_waterfall_of_an_elbow_is_the_elbow() -> None:
    few_sensitive = [0.0, 0.2, 0.4, 0.6, 0.8, *np.linspace(0.9, 1, 60)]
    cut = waterfall_cut(response(few_sensitive))
    assert cut == pytest.approx(0.9, abs=0.02)
    assert response_labels(response(few_sensitive), "waterfall", 0.3, 0.0).sum() == pytest.approx(5, abs=1)


def test_waterfall_of_one_value_is_that_value() -> None:
    assert waterfall_cut(response([0.4, 0.4, 0.4])) == pytest.approx(0.4)


def test_ties_at_the_cut_go_together() -> None:
    labels = response_labels(
        response([0.1, 0.1, 0.1, 0.1, 0.5, 0.9, 0.9, 0.9, 0.9, 0.9]), "extreme", 0.2, 0.0
    )
    assert (labels == 1).sum() == 4
    assert (labels == 0).sum() == 5
