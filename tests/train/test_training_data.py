from pathlib import Path

import numpy as np
import torch

from bulk2cell.artefacts.study import read_study
from bulk2cell.train.data import training_data


def test_lines_and_cells_are_each_scaled_by_themselves(tiny_study: Path) -> None:
    study = read_study(tiny_study)
    data = training_data(study, "cpu")
    train = (study.bulk.obs["split"] == "train").to_numpy()
    assert data.train.tolist() == train.tolist()
    assert data.labelled.tolist() == study.bulk.obs["label"].notna().tolist()
    plain = np.asarray(study.bulk.X, dtype=np.float64)
    expected = (plain - plain.mean(axis=0)) / plain.std(axis=0)
    np.testing.assert_allclose(data.bulk.numpy(), expected, atol=1e-4)
    torch.testing.assert_close(data.cells.mean(dim=0), torch.zeros(study.cells.n_vars), atol=0.1, rtol=0)
    assert len(data.cells) == study.cells.n_obs


def test_in_regime_a_there_are_no_cells_and_the_lines_statistics_stand_for_theirs(tiny_study: Path) -> None:
    study = read_study(tiny_study)
    data, usual = training_data(study, "cpu", "A"), training_data(study, "cpu")
    assert data.cells.shape == (0, study.cells.n_vars)
    assert torch.equal(data.bulk, usual.bulk)
    np.testing.assert_array_equal(data.scaling.cell_mean, usual.scaling.bulk_mean)
    np.testing.assert_array_equal(data.scaling.cell_std, usual.scaling.bulk_std)
