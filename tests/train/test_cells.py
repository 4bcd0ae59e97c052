from dataclasses import replace
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from bulk2cell import stages
from bulk2cell.artefacts.manifest import read_manifest, sha256
from bulk2cell.artefacts.shots import read_shots
from bulk2cell.artefacts.study import read_study
from bulk2cell.parameters import (
    ControlParameters,
    LossParameters,
    NetworkParameters,
    PredictParameters,
    TrainParameters,
)
from bulk2cell.stages import controls, finetune, pretrain, shots
from bulk2cell.train.data import thin_cells


def test_a_study_of_few_cells_is_left_as_it_is(tiny_study: Path) -> None:
    study = read_study(tiny_study)
    assert thin_cells(study) is study


def test_the_cells_of_a_large_study_are_drawn_by_name(
    tiny_study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bulk2cell.train.data.MOST_CELLS", 40)
    study = read_study(tiny_study)
    left = thin_cells(study).cells
    assert left.n_obs == 40
    turned = thin_cells(replace(study, cells=study.cells[::-1].copy())).cells
    assert set(turned.obs_names) == set(left.obs_names)
    row = study.cells.obs_names.get_loc(left.obs_names[7])
    assert (left.X[7] != study.cells.X[row]).nnz == 0
    more = thin_cells(study, study.cells.obs_names[:10]).cells
    assert set(more.obs_names) == {*left.obs_names, *study.cells.obs_names[:10]}


@pytest.mark.parametrize("dense", [False, True])
def test_cells_that_stay_in_the_file_are_drawn_as_those_in_memory(
    tiny_study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dense: bool
) -> None:
    monkeypatch.setattr("bulk2cell.train.data.MOST_CELLS", 40)
    monkeypatch.setattr("bulk2cell.train.data.CELLS_AT_ONCE", 17)
    study = read_study(tiny_study, 40)
    assert study.cells.isbacked
    assert not read_study(tiny_study, study.cells.n_obs).cells.isbacked
    if dense:
        whole = read_study(tiny_study).cells
        whole.X = whole.X.toarray()
        whole.write_h5ad(tmp_path / "dense.h5ad")
        study = replace(study, cells=ad.read_h5ad(tmp_path / "dense.h5ad", backed="r"))
    found, expected = thin_cells(study).cells, thin_cells(read_study(tiny_study)).cells
    assert not found.isbacked
    pd.testing.assert_frame_equal(found.obs, expected.obs)
    pd.testing.assert_frame_equal(found.var, expected.var)
    assert type(found.X) is (np.ndarray if dense else type(expected.X))
    assert np.array_equal(found.X if dense else found.X.toarray(), expected.X.toarray())
    assert found.X.dtype == expected.X.dtype


def test_shots_are_among_the_cells_that_a_large_study_is_fine_tuned_with(
    tiny_study: Path, tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = shots(tiny_study, tmp_path / "shots", "C", 3, 1)
    names = list(read_shots(drawn).table["cell"])
    monkeypatch.setattr("bulk2cell.train.data.MOST_CELLS", 40)
    training = TrainParameters(regime="C", shots=3, finetune_epochs=2, batch_size=64, device="cpu")
    model = finetune(tiny_study, tiny_encoder, tmp_path / "model", LossParameters(), training, drawn)
    content = read_manifest(model, "model").content
    some = {*thin_cells(read_study(tiny_study)).cells.obs_names, *names}
    assert content["cells"] == len(some) < 50
    assert content["shots"] == names
    assert np.isfinite(content["validation"]["cross_entropy"])


def test_every_training_is_the_same_with_cells_that_stay_in_the_file(
    tiny_study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, losses = NetworkParameters(), LossParameters()
    training, few = TrainParameters(device="cpu"), ControlParameters(label_permutations=2)
    monkeypatch.setattr("bulk2cell.train.data.MOST_CELLS", 40)
    made = []
    for name, most in (("memory", 10_000), ("file", 40)):
        monkeypatch.setattr(stages, "MOST_CELLS", most)
        home = tmp_path / name
        encoder = pretrain(tiny_study, home / "encoder", network, losses, training)
        model = finetune(tiny_study, encoder, home / "model", losses, training)
        spoilt = controls(tiny_study, encoder, home / "controls", losses, training, PredictParameters(), few)
        made.append([sha256(folder) for folder in (encoder, model, spoilt)])
    assert made[0] == made[1]
