from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bulk2cell.artefacts.study import read_study
from bulk2cell.evaluate.baselines import constant_scores, depth_scores, logistic_regression


def test_constants() -> None:
    scores = constant_scores(np.array([1, 1, 1, 0]))
    assert scores["all sensitive"]["accuracy"] == 0.75
    assert scores["all sensitive"]["f1"] == pytest.approx(6 / 7)
    assert scores["all resistant"]["accuracy"] == 0.25
    assert scores["all resistant"]["f1"] == 0
    assert all(method["balanced_accuracy"] == method["auroc"] == 0.5 for method in scores.values())


def test_depth_is_signed_and_also_read_either_way() -> None:
    depth = pd.DataFrame({"n_counts": [1.0, 2, 3, 4], "n_genes": [4.0, 3, 2, 1]})
    scores = depth_scores(np.array([0, 0, 1, 1]), depth)
    assert scores["depth only (counts)"] == {"auroc": 1, "auroc_either_way": 1}
    assert scores["depth only (genes)"] == {"auroc": 0, "auroc_either_way": 1}


def test_unknown_depth_is_left_out() -> None:
    depth = pd.DataFrame({"n_counts": [np.nan, np.nan], "n_genes": [1.0, 2.0]})
    assert list(depth_scores(np.array([0, 1]), depth)) == ["depth only (genes)"]


def test_logistic_regression_learns_from_lines_alone(make_study: Callable[..., Path]) -> None:
    study = read_study(make_study())
    probability = logistic_regression(study)
    sensitive = np.repeat([True, False], len(probability) // 2)
    assert probability[sensitive].mean() > 0.75
    assert probability[~sensitive].mean() < 0.25

    study.bulk.obs["split"] = np.where(np.arange(60) < 10, "validation", "train")
    fewer = logistic_regression(study)
    study.bulk.obs.loc[study.bulk.obs_names[:10], "label"] = 1 - study.bulk.obs["label"][:10]
    pd.testing.assert_series_equal(logistic_regression(study), fewer)


def test_in_regime_a_logistic_regression_knows_nothing_of_the_other_cells(
    make_study: Callable[..., Path],
) -> None:
    study = read_study(make_study())
    few = study.cells[:5].copy()
    alone, beside = (logistic_regression(replace(study, cells=cells), "A") for cells in (few, study.cells))
    pd.testing.assert_series_equal(alone, beside[:5])
    lines = study.bulk.X.astype(float)
    z = (study.cells.X - lines.mean(axis=0)) / lines.std(axis=0)
    assert np.corrcoef(beside, z[:, 0])[0, 1] > 0.5
    assert not np.allclose(logistic_regression(replace(study, cells=few)), alone)
