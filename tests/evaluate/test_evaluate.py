from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.errors import ArtefactError, InputError
from bulk2cell.parameters import EvaluateParameters
from bulk2cell.stages import evaluate

FAST = EvaluateParameters(bootstraps=20, cluster_cells=40)
TRUE = np.repeat([0.95, 0.05], 60)


def _value(path: Path, method: str, metric: str, seed: int = -1) -> float:
    table = pd.read_parquet(path / "scores.parquet")
    rows = table[(table["method"] == method) & (table["metric"] == metric) & (table["seed"] == seed)]
    assert len(rows) == 1
    return float(rows["value"].iloc[0])


def test_scores_of_a_right_and_a_wrong_seed(
    make_study: Callable[..., Path], make_predictions: Callable[..., Path], tmp_path: Path
) -> None:
    predictions = [make_predictions(TRUE, seed=1), make_predictions(1 - TRUE, seed=2)]
    out = evaluate(make_study(), predictions, tmp_path / "scores", FAST)
    assert _value(out, "bulk2cell", "auroc", seed=1) == 1
    assert _value(out, "bulk2cell", "auroc", seed=2) == 0
    assert _value(out, "bulk2cell", "true_positives", seed=1) == 60
    assert _value(out, "all sensitive", "accuracy") == 0.5
    assert _value(out, "logistic regression", "auroc") > 0.95
    assert -1 <= _value(out, "expression", "silhouette") <= 1
    content = read_manifest(out, "scores").content
    assert content["flips"] == 1
    assert content["samples"] == {"sensitive": 4, "resistant": 4}
    assert content["n_cells"] == {
        "sensitive": 60,
        "resistant": 60,
        "unlabelled": 0,
        "shots": 0,
    }
    text = " ".join(content["warnings"])
    for part in (
        "Every sample holds one label",
        "below 0.5 in 1 of 2",
        "2 seeds",
        "4 sensitive and 4",
        "depth alone",
    ):
        assert part in text

    intervals = pd.read_parquet(out / "intervals.parquet")
    auroc = intervals[(intervals["metric"] == "auroc") & (intervals["method"] == "bulk2cell")].set_index(
        "over"
    )
    assert auroc.loc["seeds", ["mean", "n"]].tolist() == [0.5, 2]
    assert auroc.loc["bootstrap", "n"] == 20
    cells = pd.read_parquet(out / "cells.parquet")
    assert list(cells) == [
        "cell", "label", "sample", "n_counts", "n_genes", "strategy", "seed", "probability", "call",
    ]  # fmt: skip
    assert len(cells) == 240
    clusters = pd.read_parquet(out / "clusters.parquet")
    assert list(clusters) == ["cell", "space", "umap1", "umap2"]
    assert len(clusters) == 40


def test_the_order_of_cells_does_not_matter_and_the_same_is_written_twice(
    make_study: Callable[..., Path], make_predictions: Callable[..., Path], tmp_path: Path
) -> None:
    noise = np.random.default_rng(0).uniform(-0.4, 0.4, 120)
    predictions = [make_predictions(np.clip(TRUE + noise, 0, 1))]
    outs = [
        evaluate(make_study("one"), predictions, tmp_path / "first", FAST),
        evaluate(make_study("two"), predictions, tmp_path / "second", FAST),
        evaluate(make_study("three", shuffle=5), predictions, tmp_path / "third", FAST),
    ]
    for name in ("scores", "intervals", "cells", "clusters"):
        first, second, third = (pd.read_parquet(out / f"{name}.parquet") for out in outs)
        pd.testing.assert_frame_equal(first, second, check_exact=True)
        if name != "clusters":
            pd.testing.assert_frame_equal(first, third, rtol=1e-5)


def test_constant_predictions_are_called_so(
    make_study: Callable[..., Path], make_predictions: Callable[..., Path], tmp_path: Path
) -> None:
    study = make_study(sample=None)
    out = evaluate(study, [make_predictions(0.9)], tmp_path / "scores", FAST)
    text = " ".join(read_manifest(out, "scores").content["warnings"])
    for part in (
        "no two cells are called differently",
        "no better than one answer",
        "samples are not known",
        "1 seed;",
    ):
        assert part in text
    assert _value(out, "bulk2cell", "accuracy", seed=1) == _value(out, "all sensitive", "accuracy")


def test_unlabelled_cells_count_for_nothing(
    make_study: Callable[..., Path], make_predictions: Callable[..., Path], tmp_path: Path
) -> None:
    label = np.repeat([1.0, 0.0], 60)
    label[40:80] = np.nan
    wrong = TRUE.copy()
    wrong[40:80] = 1 - wrong[40:80]
    out = evaluate(make_study(label=label), [make_predictions(wrong)], tmp_path / "scores", FAST)
    assert _value(out, "bulk2cell", "accuracy", seed=1) == 1
    assert read_manifest(out, "scores").content["n_cells"]["unlabelled"] == 40


@pytest.mark.parametrize("label", [1.0, np.nan])
def test_labels_of_both_classes_are_needed(
    label: float, make_study: Callable[..., Path], make_predictions: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="both are needed"):
        evaluate(make_study(label=label), [make_predictions(TRUE)], tmp_path / "scores", FAST)
    assert not (tmp_path / "scores").exists()


@pytest.mark.parametrize("facts", [{"pair": "other"}, {"gene_sets": "other"}])
def test_predictions_of_another_pair_are_refused(
    facts: dict[str, str],
    make_study: Callable[..., Path],
    make_predictions: Callable[..., Path],
    tmp_path: Path,
) -> None:
    with pytest.raises(ArtefactError, match="is other"):
        evaluate(make_study(), [make_predictions(TRUE, **facts)], tmp_path / "scores", FAST)


def test_the_same_seed_twice_is_refused(
    make_study: Callable[..., Path], make_predictions: Callable[..., Path], tmp_path: Path
) -> None:
    one = make_predictions(TRUE)
    with pytest.raises(ArtefactError, match="same strategy and seed"):
        evaluate(make_study(), [one, one], tmp_path / "scores", FAST)


def test_shots_of_any_seed_are_left_out_of_the_test_of_all(
    make_study: Callable[..., Path], make_predictions: Callable[..., Path], tmp_path: Path
) -> None:
    cells = [f"cell{i:03d}" for i in range(120)]
    wrong = TRUE.copy()
    wrong[[0, 1, 60, 61, 62]] = 1 - wrong[[0, 1, 60, 61, 62]]
    drawn = {1: [cells[0], cells[60]], 2: [cells[1], cells[61]], 3: [cells[0], cells[62]]}
    predictions = [make_predictions(wrong, seed=seed, regime="C", shots=drawn[seed]) for seed in drawn]
    out = evaluate(make_study(), predictions, tmp_path / "scores", FAST)
    for seed in drawn:
        assert _value(out, "bulk2cell", "accuracy", seed=seed) == 1
        assert _value(out, "bulk2cell", "true_positives", seed=seed) == 58
        assert _value(out, "bulk2cell", "true_negatives", seed=seed) == 57
    assert _value(out, "all sensitive", "accuracy") == pytest.approx(58 / 115)
    table = pd.read_parquet(out / "cells.parquet")
    left_out = set().union(*drawn.values())
    assert set(table.loc[table["label"].isna(), "cell"]) == left_out
    content = read_manifest(out, "scores").content
    assert content["n_cells"] == {"sensitive": 58, "resistant": 57, "unlabelled": 0, "shots": 5}
    assert content["regime"] == "C"
    for name in ("scores", "intervals"):
        assert set(pd.read_parquet(out / f"{name}.parquet")["regime"]) == {"C"}


def test_a_class_that_is_all_shots_is_no_test(
    make_study: Callable[..., Path], make_predictions: Callable[..., Path], tmp_path: Path
) -> None:
    shots = [f"cell{i:03d}" for i in range(60)]
    predictions = [make_predictions(TRUE, regime="D", shots=shots)]
    with pytest.raises(InputError, match="without the 60 shots no cell of one class is left to test"):
        evaluate(make_study(), predictions, tmp_path / "scores", FAST)
    assert not (tmp_path / "scores").exists()


def test_regimes_are_not_scored_together(
    make_study: Callable[..., Path], make_predictions: Callable[..., Path], tmp_path: Path
) -> None:
    predictions = [make_predictions(TRUE, seed=1), make_predictions(TRUE, seed=2, regime="A")]
    with pytest.raises(
        ArtefactError, match=r"predictions in regime A .* and regime B .* cannot be scored together"
    ):
        evaluate(make_study(), predictions, tmp_path / "scores", FAST)
