from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bulk2cell.evaluate.leave_one_out import leave_one_sample_out
from bulk2cell.evaluate.scores import answer_of
from bulk2cell.parameters import EvaluateParameters
from bulk2cell.stages import evaluate

LABEL = np.array([1, 1, 1, 1, 0, 0, 0, 0])
SAMPLE = pd.Series(["a", "a", "b", "b", "c", "c", "d", "d"])
PROBABILITY = np.array([0.9, 0.8, 0.2, 0.1, 0.4, 0.3, 0.6, 0.05])


def _values(tables: list[pd.DataFrame]) -> dict[str, float]:
    (table,) = tables
    return dict(
        zip(table["metric"].str.removeprefix("auroc_leave_one_sample_out_"), table["value"], strict=True)
    )


def test_the_auroc_without_each_sample_by_hand() -> None:
    answer = answer_of(PROBABILITY, 0.5, 0.0, "bulk2cell", "base_ae")
    found = leave_one_sample_out([answer], LABEL, SAMPLE)
    # right pairs of 8: without a 2, without b 8, without c 6 (0.2 and 0.1 beat 0.05 alone), without d 4
    assert _values(found) == {"min": 2 / 8, "median": 5 / 8, "max": 1.0}
    assert set(found[0]["strategy"]) == {"base_ae"}
    assert set(found[0]["seed"]) == {-1}


@pytest.mark.parametrize(
    "sample",
    [["a", "a", "a", "a", "c", "c", "d", "d"], [None] * 8, ["a", "a", "b", "b", None, None, None, None]],
)
def test_a_class_of_one_sample_or_none_has_no_such_score(sample: list[str | None]) -> None:
    answer = answer_of(PROBABILITY, 0.5, 0.0, "bulk2cell", "base_ae")
    assert leave_one_sample_out([answer], LABEL, pd.Series(sample)) == []


def test_cells_of_no_known_sample_are_never_left_out() -> None:
    answer = answer_of(np.append(PROBABILITY, 0.0), 0.5, 0.0, "bulk2cell", "base_ae")
    samples = pd.concat([SAMPLE, pd.Series([None])], ignore_index=True)
    found = _values(leave_one_sample_out([answer], np.append(LABEL, 0), samples))
    assert found["min"] == (2 + 2) / 10


def test_scores_hold_it_once_per_strategy_for_the_mean_over_seeds(
    make_study: Callable[..., Path], make_predictions: Callable[..., Path], tmp_path: Path
) -> None:
    truth = np.repeat([0.9, 0.1], 60)
    spoilt = truth.copy()
    spoilt[:15] = 0.0
    predictions = [make_predictions(spoilt, seed=seed) for seed in (1, 2)]
    out = evaluate(
        make_study(), predictions, tmp_path / "scores", EvaluateParameters(bootstraps=10, cluster_cells=20)
    )
    table = pd.read_parquet(out / "scores.parquet")
    rows = table[table["metric"].str.startswith("auroc_leave_one_sample_out")]
    found = dict(zip(rows["metric"].str.rsplit("_", n=1).str[1], rows["value"], strict=True))
    assert found == {"min": pytest.approx(2 / 3), "median": pytest.approx(3 / 4), "max": 1.0}
    assert set(rows["method"]) == {"bulk2cell"}
