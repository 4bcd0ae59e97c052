import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    brier_score_loss,
    f1_score,
    matthews_corrcoef,
    roc_auc_score,
)

from bulk2cell.evaluate.metrics import call_metrics, compute_metrics, expected_calibration_error
from bulk2cell.metrics import EITHER_WAY, METRICS, SILHOUETTE

LABEL = np.array([1, 1, 1, 0, 0.0])
PROBABILITY = np.array([0.9, 0.8, 0.3, 0.6, 0.1])


def test_metrics_of_a_case_worked_by_hand() -> None:
    call = (PROBABILITY >= 0.5).astype(int)
    found = compute_metrics(LABEL, PROBABILITY, call, np.zeros(5, dtype=bool), bins=10)
    assert [found[name] for name in ("true_positives", "false_negatives", "false_positives", "true_negatives")] == [
        2, 1, 1, 1,
    ]  # fmt: skip
    assert found["accuracy"] == pytest.approx(3 / 5)
    assert found["sensitivity"] == pytest.approx(2 / 3)
    assert found["specificity"] == pytest.approx(1 / 2)
    assert found["balanced_accuracy"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert found["f1"] == pytest.approx(2 / 3)
    assert found["mcc"] == pytest.approx((2 * 1 - 1 * 1) / np.sqrt(3 * 3 * 2 * 2))
    assert found["auroc"] == pytest.approx(5 / 6)  # of 6 pairs, only (0.3, 0.6) is in the wrong order
    assert found["auprc"] == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert found["prevalence"] == pytest.approx(3 / 5)
    assert found["brier"] == pytest.approx(np.mean([0.01, 0.04, 0.49, 0.36, 0.01]))
    assert found["ece"] == pytest.approx(np.mean([0.1, 0.2, 0.7, 0.6, 0.1]))


def test_calls_are_scored_as_by_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    for share in (0.0, 0.2, 0.7, 1.0):
        label, call = (rng.uniform(size=50) < 0.4).astype(int), (rng.uniform(size=50) < share).astype(int)
        found = call_metrics(label, call)
        assert found["f1"] == pytest.approx(f1_score(label, call))
        assert found["mcc"] == pytest.approx(matthews_corrcoef(label, call))
        assert found["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(label, call))


@settings(max_examples=150, deadline=None)
@given(count=st.integers(2, 80), values=st.integers(1, 40), seed=st.integers(0, 2**32 - 1))
def test_probabilities_are_scored_as_by_scikit_learn(count: int, values: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    label = rng.permutation(np.arange(count) % 2).astype(float)
    probability = rng.integers(0, values, count) / values
    call, kept = (probability >= 0.5).astype(int), np.zeros(count, dtype=bool)
    found = compute_metrics(label, probability, call, kept, bins=10)
    assert found["auroc"] == pytest.approx(roc_auc_score(label, probability), abs=1e-12)
    assert found["auprc"] == pytest.approx(average_precision_score(label, probability), abs=1e-12)
    assert found["brier"] == pytest.approx(brier_score_loss(label, probability), abs=1e-12)


def test_auroc_below_one_half_is_not_turned_round() -> None:
    found = compute_metrics(LABEL, 1 - PROBABILITY, np.ones(5), np.zeros(5, dtype=bool), bins=10)
    assert found["auroc"] == pytest.approx(1 / 6)


@pytest.mark.parametrize("call", [0, 1])
def test_constant_calls_score_one_half_and_f1_at_the_ceiling(call: int) -> None:
    found = call_metrics(LABEL, np.full(5, call))
    assert found["balanced_accuracy"] == 0.5
    assert found["mcc"] == 0
    assert found["f1"] == pytest.approx(2 * found["accuracy"] / (1 + found["accuracy"]) if call else 0)


def test_uncertain_cells_count_in_what_is_by_threshold_only() -> None:
    call = (PROBABILITY >= 0.5).astype(int)
    found = compute_metrics(LABEL, PROBABILITY, call, np.array([1, 1, 0, 0, 1], dtype=bool), bins=10)
    assert found["coverage"] == pytest.approx(3 / 5)
    assert found["balanced_accuracy_called"] == found["accuracy_called"] == 1
    assert found["balanced_accuracy"] < 1
    one_class = compute_metrics(LABEL, PROBABILITY, call, LABEL == 1, bins=10)
    assert np.isnan(one_class["balanced_accuracy_called"])
    assert one_class["accuracy_called"] == one_class["sensitivity"]
    none = compute_metrics(LABEL, PROBABILITY, call, LABEL > 1, bins=10)
    assert none["coverage"] == 0
    assert np.isnan(none["accuracy_called"])


def test_calibration_error_is_near_zero_for_a_calibrated_simulator_and_knows_a_known_bias() -> None:
    rng = np.random.default_rng(0)
    probability = rng.uniform(size=200_000)
    label = (rng.uniform(size=len(probability)) < probability).astype(float)
    assert expected_calibration_error(label, probability, bins=10) < 0.005
    assert expected_calibration_error(label, np.clip(probability - 0.2, 0, 1), bins=10) == pytest.approx(
        0.18, abs=0.01
    )


def test_calibration_error_takes_the_probability_one_into_the_last_bin() -> None:
    assert expected_calibration_error(np.array([1.0, 0.0]), np.array([1.0, 0.0]), bins=10) == 0


def test_every_metric_has_its_line_in_the_table_and_lies_within_its_range() -> None:
    label, probability = np.array([1, 0, 1, 0]), np.array([0.9, 0.2, 0.4, 0.6])
    call = (probability >= 0.5).astype(int)
    found = compute_metrics(label, probability, call, np.ones(4, dtype=bool), 10)
    assert set(found) == set(METRICS) - {EITHER_WAY, SILHOUETTE}
    assert all(METRICS[name].lowest <= value <= METRICS[name].highest for name, value in found.items())
