from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.predictions import read_predictions
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.parameters import CellInput, PredictParameters, ScreenParameters, StudyParameters
from bulk2cell.preprocess.reference import open_reference
from bulk2cell.screen.screen import screen
from bulk2cell.simulate.synthesise import DRUG
from bulk2cell.stages import predict

Train = Callable[..., Path]


@pytest.fixture(scope="module")
def model(tiny_study: Path, train_tiny: Train, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model of the default strategy."""
    return train_tiny(tiny_study, tmp_path_factory.mktemp("ridge"), strategy="ridge_pathways")


def test_a_model_says_of_its_cells_what_a_screen_says(model: Path, world: Path) -> None:
    reference = open_reference(world / "bulk.parquet", world / "response.parquet")
    parameters = ScreenParameters(group_column="label", screen_permutations=200)
    with open_cells(world / "cells.h5ad", CellInput(), reference.gene_names()) as file:
        made = screen(file, "0" * 64, reference, parameters, CellInput(), StudyParameters(hvg=100))
    (of_screen,) = made.drugs[made.drugs["drug"] == DRUG].to_dict("records")
    trust = read_manifest(model, "model").content["trust"]
    assert trust["grade"] == of_screen["grade"]
    for name in ("expected_auroc", "low", "high"):
        assert trust[name] == pytest.approx(of_screen[name], abs=1e-3)


def test_predictions_hand_it_on_and_say_it(
    model: Path, world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    predict(model, world / "cells.h5ad", tmp_path / "out", CellInput(), PredictParameters())
    trust = read_predictions(tmp_path / "out").manifest.content["trust"]
    assert trust == read_manifest(model, "model").content["trust"]
    assert f"Trust: {trust['grade']}, " in capsys.readouterr().err


@pytest.mark.parametrize(
    "changes",
    [
        {"strategy": "base_ae"},
        {"strategy": "ridge_pathways", "regime": "A"},
        {"cell_components": 0},
        {"ridge_target": "label"},
    ],
)
def test_where_it_was_not_learnt_nothing_is_said(
    changes: dict[str, Any], tiny_study: Path, train_tiny: Train, tmp_path: Path
) -> None:
    made = train_tiny(tiny_study, tmp_path, **{"strategy": "ridge_pathways", **changes})
    assert read_manifest(made, "model").content["trust"] is None
