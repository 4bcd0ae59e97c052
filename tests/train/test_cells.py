from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bulk2cell.artefacts.folder import read_manifest
from bulk2cell.artefacts.shots import read_shots
from bulk2cell.artefacts.study import read_study
from bulk2cell.evaluate.shots import shots
from bulk2cell.parameters import LossParameters, TrainParameters
from bulk2cell.train import cells
from bulk2cell.train.cells import thinned
from bulk2cell.train.finetune import finetune


def test_a_study_of_few_cells_is_left_as_it_is(tiny_study: Path) -> None:
    study = read_study(tiny_study)
    assert thinned(study) is study


def test_the_cells_of_a_large_study_are_drawn_by_name(
    tiny_study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "MOST_CELLS", 40)
    study = read_study(tiny_study)
    left = thinned(study).cells
    assert left.n_obs == 40
    turned = thinned(replace(study, cells=study.cells[::-1].copy())).cells
    assert set(turned.obs_names) == set(left.obs_names)
    row = study.cells.obs_names.get_loc(left.obs_names[7])
    assert (left.X[7] != study.cells.X[row]).nnz == 0
    more = thinned(study, study.cells.obs_names[:10]).cells
    assert set(more.obs_names) == {*left.obs_names, *study.cells.obs_names[:10]}


def test_shots_are_among_the_cells_that_a_large_study_is_fine_tuned_with(
    tiny_study: Path, tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = shots(tiny_study, tmp_path / "shots", "C", 3, 1)
    names = list(read_shots(drawn)[0]["cell"])
    monkeypatch.setattr(cells, "MOST_CELLS", 40)
    training = TrainParameters(regime="C", shots=3, finetune_epochs=2, batch_size=64, device="cpu")
    model = finetune(tiny_study, tiny_encoder, tmp_path / "model", LossParameters(), training, drawn)
    content = read_manifest(model, "model").content
    some = {*thinned(read_study(tiny_study)).cells.obs_names, *names}
    assert content["cells"] == len(some) < 50
    assert content["shots"] == names
    assert np.isfinite(content["validation"]["cross_entropy"])
