from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bulk2cell.artefacts.manifest import read_manifest, sha256
from bulk2cell.artefacts.model import read_model
from bulk2cell.artefacts.study import read_study
from bulk2cell.model.mask import decoder_mask
from bulk2cell.parameters import LossParameters, NetworkParameters
from bulk2cell.ridge.fit import find_targets, fit_ridge, fit_weights
from bulk2cell.ridge.network import RidgeNetwork
from bulk2cell.ridge.target import draw_line_weights
from bulk2cell.train.data import TrainingData, training_data
from bulk2cell.train.shots import no_shots

Train = Callable[..., Path]


@pytest.fixture(scope="module")
def data(tiny_study: Path) -> TrainingData:
    """Return what training sees of the tiny study."""
    return training_data(read_study(tiny_study), "cpu")


@pytest.fixture(scope="module")
def network(tiny_study: Path, data: TrainingData) -> RidgeNetwork:
    """Return a new network for the tiny study."""
    study = read_study(tiny_study)
    mask = decoder_mask(list(study.bulk.var_names), study.pathways, 1)
    return RidgeNetwork(mask, NetworkParameters(strategy="ridge_pathways", free_units=1))


def test_the_weights_solve_the_normal_equations_of_the_weighted_lines(
    network: RidgeNetwork, data: TrainingData
) -> None:
    losses = LossParameters(ridge_penalty=0.5)
    drawn = torch.from_numpy(draw_line_weights(len(data.bulk), seed=3))
    found = fit_weights(network, data, data.train, drawn, no_shots("cpu"), losses).double()
    target = find_targets(data, data.train, "rank")
    lines = data.train & ~target.isnan()
    weights = drawn[lines] / drawn[lines].mean()
    x, y = data.bulk[lines].double(), target[lines].double()
    x, y = (value - (weights @ value) / weights.sum() for value in (x, y))
    left = x.T @ (weights * (y - x @ found))
    torch.testing.assert_close(left, 0.5 * x.shape[1] * found, rtol=1e-3, atol=1e-3)


def test_held_out_lines_judge_the_model_and_are_then_learnt_from(
    network: RidgeNetwork, data: TrainingData
) -> None:
    turned = replace(data, response=data.response.where(data.train, 2 - data.response))
    losses = LossParameters()
    found = []
    for each in (data, turned):
        progress, calibration = fit_ridge(network, each, no_shots("cpu"), losses, seed=1)
        weights = network.encoder[0].weight.sum(dim=0).clone()
        found.append((progress.history, calibration.temperature, weights))
        assert network.classifier[0].weight[1, 0].item() == pytest.approx(1 / calibration.temperature)
    assert found[0][:2] == found[1][:2]
    assert not torch.allclose(found[0][2], found[1][2], rtol=0.1)


def test_lines_with_one_response_have_one_rank(data: TrainingData) -> None:
    known = (data.train & ~data.response.isnan()).nonzero().squeeze(1)
    response = data.response.clone()
    response[known[:2]] = response[known].min() - 1
    rank = find_targets(replace(data, response=response), data.train, "rank")
    assert rank[known[0]] == rank[known[1]] == rank[known].max() < 1


def test_the_rank_is_one_for_the_most_sensitive_of_the_lines(data: TrainingData) -> None:
    rank = find_targets(data, data.train, "rank")
    known = data.train & ~data.response.isnan()
    assert rank[~known].isnan().all()
    np.testing.assert_allclose(rank[known].sort().values, np.linspace(0, 1, int(known.sum())), atol=1e-6)
    lowest = data.response.masked_fill(~known, torch.inf).argmin()
    assert rank[lowest] == 1


def test_labels_can_be_learnt_instead(data: TrainingData) -> None:
    assert torch.equal(find_targets(data, data.train, "label").isnan(), ~(data.labelled & data.train))


def test_a_seed_is_a_weighting_of_the_lines(tiny_study: Path, train_tiny: Train, tmp_path: Path) -> None:
    models = [
        train_tiny(tiny_study, tmp_path / name, strategy="ridge_pathways", seed=seed)
        for name, seed in (("first", 1), ("again", 1), ("other", 2))
    ]
    assert sha256(models[0]) == sha256(models[1])
    first, other = (read_model(model).network.encoder[0].weight for model in (models[0], models[2]))
    agreement = np.corrcoef(first.detach().flatten(), other.detach().flatten())[0, 1]
    assert 0.5 < agreement < 0.99999


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


def test_every_labelled_line_is_judged_by_the_fit_to_all_others(
    network: RidgeNetwork, data: TrainingData
) -> None:
    losses = LossParameters(ridge_target="label")
    _, found = fit_ridge(network, data, no_shots("cpu"), losses, seed=1)
    labelled = data.labelled.nonzero().squeeze(1)
    assert (found.sensitive == (data.labels[labelled] == 1).numpy()).all()
    weights = torch.from_numpy(draw_line_weights(len(data.bulk), seed=1)).to(data.bulk)
    for place in (0, 7):
        others = torch.ones_like(data.train)
        others[labelled[place]] = False
        coefficients = fit_weights(network, data, others, weights, no_shots("cpu"), losses)
        alone = (data.bulk[labelled[place]] @ coefficients).item() / found.temperature
        assert found.log_odds[place] == pytest.approx(alone, rel=0.02)  # weights are 1 on average again


def test_with_shots_the_held_out_lines_judge(network: RidgeNetwork, data: TrainingData) -> None:
    shots = replace(no_shots("cpu"), rows=torch.tensor([0, 1]), labels=torch.tensor([1.0, 0.0]))
    _, found = fit_ridge(network, data, shots, LossParameters(), seed=1)
    assert len(found.log_odds) == int((~data.train & data.labelled).sum())
