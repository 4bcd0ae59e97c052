import numpy as np
import pandas as pd
import pytest

from bulk2cell.evaluate.baselines import score_constants, score_depth


def test_constants() -> None:
    scores = score_constants(np.array([1, 1, 1, 0]))
    assert scores["all sensitive"]["accuracy"] == 0.75
    assert scores["all sensitive"]["f1"] == pytest.approx(6 / 7)
    assert scores["all resistant"]["accuracy"] == 0.25
    assert scores["all resistant"]["f1"] == 0
    assert all(method["auprc"] == 0.75 for method in scores.values())
    assert all(method["balanced_accuracy"] == method["auroc"] == 0.5 for method in scores.values())


def test_depth_is_signed_and_also_read_either_way() -> None:
    depth = pd.DataFrame({"n_counts": [1.0, 2, 3, 4], "n_genes": [4.0, 3, 2, 1]})
    scores = score_depth(np.array([0, 0, 1, 1]), depth)
    assert scores["depth only (counts)"] == {"auroc": 1, "auroc_either_way": 1}
    assert scores["depth only (genes)"] == {"auroc": 0, "auroc_either_way": 1}


def test_unknown_depth_is_left_out() -> None:
    depth = pd.DataFrame({"n_counts": [np.nan, np.nan], "n_genes": [1.0, 2.0]})
    assert list(score_depth(np.array([0, 1]), depth)) == ["depth only (genes)"]
