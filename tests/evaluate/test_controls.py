from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bulk2cell.artefacts.controls import Controls, read_controls
from bulk2cell.artefacts.folder import save
from bulk2cell.artefacts.manifest import new_manifest, read_manifest
from bulk2cell.errors import ArtefactError
from bulk2cell.evaluate.control_caveats import warn_of_controls, warn_of_permutations
from bulk2cell.parameters import EvaluateParameters
from bulk2cell.stages import evaluate
from made_up import content_of

FAST = EvaluateParameters(bootstraps=10, cluster_cells=40)
TRUE = np.repeat([0.95, 0.05], 60)
ALL = {"permuted labels": 20, "untrained encoder": 2, "random gene sets": 2, "dense decoder": 2}


def _calls(control: str, repeat: int, probability: np.ndarray, strategy: str = "base_ae") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "control": control,
            "strategy": strategy,
            "repeat": repeat,
            "cell": [f"cell{i:03d}" for i in range(len(probability))],
            "probability": probability,
            "call": np.where(probability >= 0.5, "sensitive", "resistant"),
        }
    )


def _noise(repeats: dict[str, int]) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.concat(
        [
            _calls(name, repeat, rng.uniform(size=120))
            for name, n in repeats.items()
            for repeat in range(1, n + 1)
        ]
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def make(table: pd.DataFrame, **facts: Any) -> Path:
        manifest = new_manifest("controls", {}, {}, content_of("controls", **facts))
        save(Controls(manifest=manifest, table=table), tmp_path / "controls")
        return tmp_path / "controls"

    return make


def test_controls_are_read_as_written(write: Callable[..., Path]) -> None:
    table = _noise({"dense decoder": 2}).reset_index(drop=True)
    found = read_controls(write(table))
    pd.testing.assert_frame_equal(found.table, table)
    assert found.manifest.content["pair"] == "toy"


def test_a_good_model_beats_its_controls_and_is_not_warned_of(
    make_study: Callable[..., Path],
    make_predictions: Callable[..., Path],
    write: Callable[..., Path],
    tmp_path: Path,
) -> None:
    study = make_study(sample=[f"s{i % 8}" for i in range(120)])
    predictions = [make_predictions(TRUE, seed=seed) for seed in range(1, 6)]
    controls = write(_noise(ALL).sample(frac=1, random_state=0))
    out = evaluate(study, predictions, tmp_path / "scores", FAST, controls=[controls])
    manifest = read_manifest(out, "scores")
    assert manifest.content["warnings"] == []
    spoilt = read_manifest(controls, "controls")
    assert manifest.inputs[f"controls/{spoilt.content['strategy']}"] == spoilt.files["controls.parquet"]

    scores = pd.read_parquet(out / "scores.parquet")
    assert scores["method"].drop_duplicates().tolist() == [
        "bulk2cell",
        *(f"bulk2cell, {name}" for name in ALL),
        "logistic regression",
        "regularised logistic regression",
        "linear SVM",
        "decision tree",
        "random forest",
        "gradient boosting",
        "XGBoost",
        "depth only (counts)",
        "depth only (genes)",
        "all sensitive",
        "all resistant",
        "expression",
    ]
    for name, repeats in ALL.items():
        aurocs = scores[(scores["method"] == f"bulk2cell, {name}") & (scores["metric"] == "auroc")]
        assert aurocs["seed"].tolist() == list(range(1, repeats + 1))
        assert set(aurocs["strategy"]) == {"base_ae"}
        assert aurocs["value"].between(0.3, 0.7).all()
    p = scores[scores["metric"].str.startswith("permutation_p")]
    assert p["value"].tolist() == pytest.approx([1 / 21, 1 / 21])

    intervals = pd.read_parquet(out / "intervals.parquet")
    assert not intervals["metric"].str.startswith("permutation").any()
    over = intervals[intervals["over"] == "bootstrap"].groupby("method")["metric"].nunique()
    assert (over == over["bulk2cell"]).all()
    assert {"bulk2cell", "XGBoost", "linear SVM"} <= set(over.index)
    assert set(pd.read_parquet(out / "cells.parquet")["strategy"]) == {"base_ae"}


def test_without_controls_only_the_missing_test_is_warned_of(
    make_study: Callable[..., Path], make_predictions: Callable[..., Path], tmp_path: Path
) -> None:
    study = make_study(sample=[f"s{i % 8}" for i in range(120)])
    predictions = [make_predictions(TRUE, seed=seed) for seed in range(1, 6)]
    (warning,) = read_manifest(evaluate(study, predictions, tmp_path / "scores", FAST), "scores").content[
        "warnings"
    ]
    assert "base_ae: the permutation test was not run" in warning


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pair": "other"}, "pair is other"),
        ({"gene_sets": "other"}, "gene_sets is other"),
        ({"control": "shuffled"}, "control shuffled is not one of"),
        ({"strategy": "adv_ae"}, "strategy adv_ae is not one of base_ae"),
        ({"cell": "cell000"}, "its cells are not those of the study"),
    ],
)
def test_controls_that_do_not_belong_are_refused(
    change: dict[str, str],
    message: str,
    make_study: Callable[..., Path],
    make_predictions: Callable[..., Path],
    write: Callable[..., Path],
    tmp_path: Path,
) -> None:
    table = _noise({"permuted labels": 1})
    columns = {name: value for name, value in change.items() if name in table}
    facts = {name: value for name, value in change.items() if name not in table}
    controls = write(table.assign(**columns), **facts)
    with pytest.raises(ArtefactError, match=message):
        evaluate(make_study(), [make_predictions(TRUE)], tmp_path / "scores", FAST, controls=[controls])
    assert not (tmp_path / "scores").exists()


def _scores(model: float, p: float, permutations: int, **controls: float) -> pd.DataFrame:
    rows = [(1, "bulk2cell", metric, model) for metric in ("auroc", "balanced_accuracy")]
    rows += [(-1, "bulk2cell", f"permutation_p_{metric}", p) for metric in ("auroc", "balanced_accuracy")]
    rows += [(i, "bulk2cell, permuted labels", "auroc", 0.5) for i in range(permutations)]
    rows += [(1, f"bulk2cell, {name.replace('_', ' ')}", "auroc", value) for name, value in controls.items()]
    return pd.DataFrame(rows, columns=["seed", "method", "metric", "value"]).assign(strategy="base_ae")


def test_a_model_no_better_than_permuted_labels_is_called_so() -> None:
    found = warn_of_permutations(_scores(0.534, 1 / 3, 20))
    assert found == [
        f"base_ae: {name} 0.53 is no better than that of models that learnt permuted labels (p = 0.33 of 20 permutations)."
        for name in ("AUROC", "balanced accuracy")
    ]
    assert warn_of_permutations(_scores(0.9, 1 / 21, 20)) == []


def test_too_few_permutations_are_called_so() -> None:
    few = "base_ae: 18 permutations are too few for a p value of 0.05 or less."
    assert warn_of_permutations(_scores(0.9, 1 / 19, 18)) == [few]
    assert len(warn_of_permutations(_scores(0.9, 2 / 19, 18))) == 3
    assert warn_of_permutations(_scores(0.9, 1 / 20, 19)) == []


def test_a_control_that_does_as_well_is_named() -> None:
    assert (
        warn_of_controls(
            _scores(0.8, 0.05, 20, untrained_encoder=0.7, random_gene_sets=0.79, dense_decoder=0.9)
        )
        == []
    )
    untrained, random_sets = warn_of_controls(
        _scores(0.7, 0.05, 20, untrained_encoder=0.7, random_gene_sets=0.75)
    )
    assert untrained == "base_ae: an encoder that was never trained reaches AUROC 0.70, the model 0.70."
    assert "random gene sets of equal size" in random_sets


def test_controls_of_one_strategy_are_given_once(
    make_study: Callable[..., Path],
    make_predictions: Callable[..., Path],
    write: Callable[..., Path],
    tmp_path: Path,
) -> None:
    controls = write(_noise(ALL))
    with pytest.raises(ArtefactError, match="two controls are of the same strategy; give one of them"):
        evaluate(
            make_study(), [make_predictions(TRUE)], tmp_path / "scores", FAST, controls=[controls, controls]
        )
