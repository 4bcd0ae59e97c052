from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_info, threadpool_limits

from bulk2cell.artefacts.study import Study, read_study
from bulk2cell.evaluate import classifiers as module
from bulk2cell.evaluate.classifiers import classify_cells, make_classifiers

NAMES = [
    "logistic regression",
    "regularised logistic regression",
    "linear SVM",
    "decision tree",
    "random forest",
    "gradient boosting",
    "XGBoost",
]
SENSITIVE = np.repeat([1, 0], 60)


@pytest.fixture
def study(make_study: Callable[..., Path]) -> Study:
    return read_study(make_study())


def _aurocs(probability: pd.DataFrame) -> "pd.Series[float]":
    return probability.apply(lambda values: roc_auc_score(SENSITIVE, values))


def test_every_classifier_finds_a_planted_gene_and_calls_by_it(study: Study) -> None:
    probability = classify_cells(study)
    assert list(probability) == NAMES
    assert list(probability.index) == list(study.cells.obs_names)
    assert (_aurocs(probability) > 0.9).all()
    assert probability[SENSITIVE == 1].mean().min() > 0.6
    assert probability[SENSITIVE == 0].mean().max() < 0.4


def test_every_classifier_is_the_same_with_any_number_of_threads(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for threads in ("1", "3"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        found.append(classify_cells(study))
    pd.testing.assert_frame_equal(*found, check_exact=True)


def test_no_product_of_matrices_takes_several_threads(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    class Watched(LogisticRegression):
        def fit(self, *given: Any) -> "Watched":
            seen.extend(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")
            return cast("Watched", super().fit(*given))

    monkeypatch.setattr(module, "make_classifiers", lambda smaller: {"watched": Watched()})
    with threadpool_limits(2, "blas"):
        classify_cells(study)
        assert {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"} == {2}
    assert set(seen) == {1}


def test_permuted_source_labels_leave_nothing_on_average(study: Study) -> None:
    rng = np.random.default_rng(0)
    aurocs = []
    for _ in range(12):
        study.bulk.obs["label"] = rng.permutation(study.bulk.obs["label"])
        aurocs.append(_aurocs(classify_cells(study)))
    assert (pd.DataFrame(aurocs).mean() - 0.5).abs().max() < 0.2


def test_held_out_lines_are_learnt_from_as_the_default_strategy_does(study: Study) -> None:
    study.bulk.obs["split"] = np.where(np.arange(60) < 10, "validation", "train")
    before = classify_cells(study)
    study.bulk.obs.loc[study.bulk.obs_names[:10], "label"] = np.nan
    after = classify_cells(study)
    assert not np.allclose(before["logistic regression"], after["logistic regression"])


def test_the_regularised_regression_beats_the_plain_one_where_labels_are_noisy_and_genes_alike() -> None:
    rng = np.random.default_rng(0)
    factor = rng.normal(size=600)
    X = (0.3 * factor[:, None] + rng.normal(size=(600, 60))).astype(np.float32)
    label = ((factor > 0) ^ (rng.uniform(size=600) < 0.3)).astype(int)
    plain, regularised = (
        roc_auc_score(factor[100:] > 0, classifier.fit(X[:100], label[:100]).predict_proba(X[100:])[:, 1])
        for classifier in (make_classifiers(30)[name] for name in NAMES[:2])
    )
    assert regularised > 0.85 > plain + 0.1


def test_without_two_lines_of_a_class_cross_validation_is_left_out(study: Study) -> None:
    study.bulk.obs.loc[study.bulk.obs["label"] == 1, "label"] = [1.0, *[np.nan] * 29]
    assert list(classify_cells(study)) == [
        name for name in NAMES if name not in {"regularised logistic regression", "linear SVM"}
    ]


def test_in_regime_a_the_classifiers_know_nothing_of_the_other_cells(study: Study) -> None:
    few = replace(study, cells=study.cells[:5].copy())
    beside = classify_cells(study, "A")
    pd.testing.assert_frame_equal(classify_cells(few, "A"), beside[:5])
    assert not np.allclose(classify_cells(few), beside[:5])
