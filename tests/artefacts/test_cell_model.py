import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bulk2cell.artefacts.cell_model import read_cell_model
from bulk2cell.artefacts.model import read_model
from bulk2cell.errors import ArtefactError
from made_up import forge


def test_it_is_the_same_model_that_torch_reads(tiny_model: Path) -> None:
    model, whole = read_cell_model(tiny_model), read_model(tiny_model)
    assert model.genes == whole.genes
    assert model.manifest == whole.manifest
    assert model.gene_ids.equals(whole.gene_ids)
    assert np.array_equal(model.mean, whole.scaling.cell_mean)
    assert np.array_equal(model.std, whole.scaling.cell_std)
    assert np.array_equal(model.components, whole.scaling.cell_components)
    assert [len(weight) for weight, _ in model.layers] == [len(model.genes), 32, 128, 32]


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest["content"]["genes"].pop(),
        lambda manifest: manifest["parameters"].update(strategy="ridge_pathways"),
    ],
)
def test_weights_that_do_not_fit_are_one_line(tmp_path: Path, tiny_model: Path, change: Any) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    forge(tmp_path / "model", "model", change)
    with pytest.raises(ArtefactError, match=r"weights do not fit model\.json") as told:
        read_cell_model(tmp_path / "model")
    assert "\n" not in str(told.value)


def test_an_encoder_is_no_model(tiny_encoder: Path) -> None:
    with pytest.raises(ArtefactError, match="expected a model, found an encoder"):
        read_cell_model(tiny_encoder)
