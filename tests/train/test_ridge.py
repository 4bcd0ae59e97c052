from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge

from bulk2cell.artefacts.folder import read_manifest, sha256
from bulk2cell.artefacts.model import read_model
from bulk2cell.artefacts.study import read_study
from bulk2cell.train.data import TrainingData, training_data
from bulk2cell.train.ridge import ridge, targets

Train = Callable[..., Path]


@pytest.fixture(scope="module")
def data(tiny_study: Path) -> TrainingData:
    """Return what training sees of the tiny study."""
    return training_data(read_study(tiny_study), "cpu")


@pytest.mark.parametrize("lines", [12, 60])
def test_coefficients_are_scikit_learns_with_sample_weights(lines: int) -> None:
    rng = np.random.default_rng(lines)
    x, y, weights = rng.normal(size=(lines, 30)), rng.normal(size=lines), rng.exponential(size=lines)
    scaled = weights / weights.mean()
    reference = Ridge(alpha=2.5 * 30).fit(x, y, sample_weight=scaled).coef_
    found = ridge(*(torch.from_numpy(value) for value in (x, y, weights)), 2.5)
    np.testing.assert_allclose(found.numpy(), reference, rtol=1e-5, atol=1e-7)


def test_neither_an_offset_of_the_target_nor_the_scale_of_the_weights_matters() -> None:
    x, y, weights = torch.randn(20, 8), torch.randn(20), torch.rand(20)
    torch.testing.assert_close(ridge(x, y + 7, 3 * weights, 1.0), ridge(x, y, weights, 1.0))


def test_the_rank_is_one_for_the_most_sensitive_training_line(data: TrainingData) -> None:
    rank = targets(data, "rank")
    known = data.train & ~data.response.isnan()
    assert rank[~known].isnan().all()
    np.testing.assert_allclose(rank[known].sort().values, np.linspace(0, 1, int(known.sum())), atol=1e-6)
    lowest = data.response.masked_fill(~known, torch.inf).argmin()
    assert rank[lowest] == 1


def test_labels_can_be_learnt_instead(data: TrainingData) -> None:
    assert torch.equal(targets(data, "label").isnan(), ~data.labelled)


def test_a_seed_is_a_weighting_of_the_lines(tiny_study: Path, train_tiny: Train, tmp_path: Path) -> None:
    models = [
        train_tiny(tiny_study, tmp_path / name, strategy="ridge_pathways", seed=seed)
        for name, seed in (("first", 1), ("again", 1), ("other", 2))
    ]
    assert sha256(models[0]) == sha256(models[1])
    first, other = (read_model(model).network.encoder[0].weight for model in (models[0], models[2]))
    agreement = np.corrcoef(first.detach().flatten(), other.detach().flatten())[0, 1]
    assert 0.5 < agreement < 0.999


def test_gene_sets_change_how_the_answer_is_read_but_not_the_answer(
    study_of: Callable[..., Path], world: Path, train_tiny: Train, tmp_path: Path
) -> None:
    sets = [line.split("\t") for line in (world / "gene_sets.gmt").read_text().splitlines()]
    (tmp_path / "fewer.gmt").write_text("".join("\t".join(row) + "\n" for row in sets[::2]))
    scores = []
    for name, files in (("all", {}), ("fewer", {"gene_sets": tmp_path / "fewer.gmt"})):
        study = study_of(tmp_path / name / "study", **files)
        model = read_model(train_tiny(study, tmp_path / name, strategy="ridge_pathways"))
        cells = training_data(read_study(study), "cpu", "B", 20).cells
        with torch.no_grad():
            scores.append(model.network.classify(model.network.code(cells, "cells"))[:, 1])
    torch.testing.assert_close(scores[0], scores[1], rtol=1e-4, atol=1e-5)


def test_genes_of_no_unit_are_not_used_without_free_units(
    tiny_study: Path, train_tiny: Train, tmp_path: Path
) -> None:
    model = read_model(train_tiny(tiny_study, tmp_path, strategy="ridge_pathways", free_units=0))
    in_sets = np.isin(model.genes, model.pathways["gene"])
    used = (model.network.encoder[0].weight != 0).any(dim=0).numpy()
    assert (used == in_sets).all()
    assert not in_sets.all()


def test_nothing_is_pretrained_and_one_step_is_told(
    tiny_study: Path, train_tiny: Train, tmp_path: Path
) -> None:
    model = train_tiny(tiny_study, tmp_path, strategy="ridge_pathways")
    encoder = read_manifest(model.with_name("encoder"), "encoder").content
    content = read_manifest(model, "model").content
    assert (encoder["epochs"]["run"], content["epochs"]["run"]) == (0, 1)
    assert content["validation"]["auroc"] > 0.7
