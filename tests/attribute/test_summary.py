import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk2cell.attribute.summary import correlate, summarise

X = np.array([[1, 2, 7], [2, 0, 7], [-1, 4, 7], [-2, 6, 7]], dtype=np.float32)
WEIGHT = np.array([3.0, -1.0, 5.0])
SENSITIVE = np.array([True, True, False, False])


def test_a_case_worked_by_hand() -> None:
    table = summarise(X * WEIGHT, X, SENSITIVE, ["A", "B", "C"], "gene").set_index("gene")
    assert list(table.index) == ["A", "B", "C"]
    assert table["mean_sensitive"].tolist() == [4.5, -1, 35]
    assert table["mean_resistant"].tolist() == [-4.5, -5, 35]
    assert table["contribution"].tolist() == [9, 4, 0]
    assert table["mean_abs"].tolist() == [4.5, 3, 35]
    assert table["direction"].tolist() == pytest.approx([1, -1, 0])
    assert table["signed"].tolist() == pytest.approx([4.5, -3, 0])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 30), st.integers(1, 10))
def test_contributions_add_up_to_the_mean_difference_of_the_logit(seed: int, cells: int, genes: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(cells, genes)).astype(np.float32)
    weight, logit = rng.normal(size=genes), None
    logit = x.astype(float) @ weight
    sensitive = logit >= np.median(logit)
    table = summarise(x * weight, x, sensitive, [f"g{i}" for i in range(genes)], "gene")
    if sensitive.all():
        return
    difference = logit[sensitive].mean() - logit[~sensitive].mean()
    assert table["contribution"].sum() == pytest.approx(difference, abs=1e-9)
    assert table["contribution"].is_monotonic_decreasing


def test_ties_are_sorted_by_name() -> None:
    table = summarise(np.zeros((4, 3)), X, SENSITIVE, ["B", "C", "A"], "unit")
    assert table["unit"].tolist() == ["A", "B", "C"]


def test_where_one_call_is_absent_the_contribution_is_the_mean_over_all_cells() -> None:
    table = summarise(X * WEIGHT, X, np.ones(4, dtype=bool), ["A", "B", "C"], "gene").set_index("gene")
    assert table["mean_resistant"].isna().all()
    assert table.loc["C", "contribution"] == 35


def test_correlation_of_constant_columns_is_zero() -> None:
    assert correlate(np.ones((3, 1)), np.arange(3, dtype=np.float32)[:, None]).tolist() == [0]
