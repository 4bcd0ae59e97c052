import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from bulk2cell import stages
from bulk2cell.artefacts.folder import Draft
from bulk2cell.artefacts.manifest import sha256
from bulk2cell.artefacts.model import TrainedModel, read_model
from bulk2cell.artefacts.study import read_study
from bulk2cell.errors import ArtefactError, ParameterError, TrainingError
from bulk2cell.model.network import Network
from bulk2cell.networks import classification
from bulk2cell.parameters import CellInput, LossParameters, PredictParameters, StrategyName, TrainParameters
from bulk2cell.stages import finetune, predict
from bulk2cell.strategies import STRATEGIES
from bulk2cell.train.data import training_data
from bulk2cell.train.seeds import choose_device

Train = Callable[..., Path]
WEIGHTS = "weights.safetensors"
TRAINING = TrainParameters(finetune_epochs=6, batch_size=64, checkpoint_every=1, device="cpu")


def test_same_seed_same_bytes_and_another_seed_others(
    tiny_study: Path, tiny_model: Path, tmp_path: Path, train_tiny: Train
) -> None:
    again = train_tiny(tiny_study, tmp_path / "again")
    other = train_tiny(tiny_study, tmp_path / "other", seed=2)
    for part in ("encoder", "model"):
        first = tiny_model.with_name(part)
        assert sha256(again.with_name(part)) == sha256(first)
        assert (other.with_name(part) / WEIGHTS).read_bytes() != (first / WEIGHTS).read_bytes()


def test_the_seed_alone_decides_whatever_was_drawn_before(
    tiny_study: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    torch.manual_seed(99)
    first = finetune(tiny_study, tiny_encoder, tmp_path / "a", LossParameters(), TRAINING)
    torch.rand(5)
    np.random.rand(5)  # noqa: NPY002
    second = finetune(tiny_study, tiny_encoder, tmp_path / "b", LossParameters(), TRAINING)
    assert sha256(first) == sha256(second)


def test_the_network_in_memory_is_the_one_that_is_read_back(
    tiny_study: Path, tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[Network] = []
    write = TrainedModel.write

    def keep(model: TrainedModel, draft: Draft) -> None:
        trained.append(model.network)
        write(model, draft)

    monkeypatch.setattr(TrainedModel, "write", keep)
    back = read_model(finetune(tiny_study, tiny_encoder, tmp_path / "model", LossParameters(), TRAINING))
    cells = training_data(read_study(tiny_study), "cpu").cells
    with torch.no_grad():
        in_memory = trained[0].classify(trained[0].code(cells, "cells"))
        read_back = back.network.classify(back.network.code(cells, "cells"))
    assert not trained[0].training
    assert torch.equal(in_memory, read_back)


def test_the_kept_epoch_is_the_best_and_the_manifest_tells_its_scores(
    tiny_study: Path, tiny_model: Path
) -> None:
    model = read_model(tiny_model)
    history = model.history[model.history["stage"] == "finetune"]
    kept = history[history["kept"]]
    assert len(kept) == 1
    assert kept["validation_total"].item() <= history["validation_total"].min() + 1e-4
    data = training_data(read_study(tiny_study), "cpu")
    held_out = ~data.train & data.labelled
    with torch.no_grad():
        logits = model.network.classify(model.network.code(data.bulk[held_out], "bulk"))
    labels = data.labels[held_out].long()
    temperature = model.manifest.content["temperature"]
    loss = nn.functional.cross_entropy(logits * temperature, labels).item()
    score = logits[:, 1] - logits[:, 0]
    pairs = score[labels == 1][:, None] - score[labels == 0][None]
    auroc = ((pairs > 0).double() + 0.5 * (pairs == 0).double()).mean().item()
    validation = model.manifest.content["validation"]
    assert validation["lines"] == int(held_out.sum())
    assert validation["cross_entropy"] == pytest.approx(loss, rel=1e-6)
    assert validation["auroc"] == pytest.approx(auroc)
    assert kept["validation_total"].item() == validation["cross_entropy"]


def test_history_holds_both_stages(tiny_model: Path) -> None:
    history = pd.read_parquet(tiny_model / "history.parquet")
    assert history.groupby("stage", sort=False).size().to_dict() == {"pretrain": 3, "finetune": 4}
    assert history.loc[history["stage"] == "finetune", "train_classification"].notna().all()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_trains_and_predicts(
    tiny_study: Path, tmp_path: Path, train_tiny: Train, strategy: StrategyName
) -> None:
    model = train_tiny(tiny_study, tmp_path, strategy=strategy, pretrain_epochs=2, finetune_epochs=2)
    out = predict(model, tiny_study, tmp_path / "predictions", CellInput(), PredictParameters())
    probability = pd.read_parquet(out / "predictions.parquet")["probability"]
    assert probability.between(0, 1).all()
    assert probability.nunique() > 100
    switches = STRATEGIES[strategy]
    history = pd.read_parquet(model / "history.parquet")
    assert ("train_adversary" in history) == switches.adversarial
    assert ("train_difference" in history) == switches.shared
    saved = read_model(model)
    assert saved.manifest.content["strategy"] == strategy
    assert (getattr(saved.network, "sparse_decoder", None) is not None) == switches.masked


def test_frozen_encoders_do_not_move_and_others_do(
    tiny_study: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    frozen = TrainParameters(finetune_epochs=2, batch_size=64, freeze_encoder=True, device="cpu")
    before = read_model(tiny_encoder, kind="encoder").network.state_dict()
    after = read_model(
        finetune(tiny_study, tiny_encoder, tmp_path / "model", LossParameters(), frozen)
    ).network.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert not {name for name in moved if "encoder" in name}
    assert {"classifier.0.weight", "sparse_decoder.weight", "dense_decoder.0.weight"} <= moved
    assert "shared_encoder.2.running_mean" in after


def test_unfrozen_encoders_move(tiny_encoder: Path, tiny_model: Path) -> None:
    before = read_model(tiny_encoder, kind="encoder").network.state_dict()
    after = read_model(tiny_model).network.state_dict()
    for name in ("shared_encoder.0.weight", "shared_encoder.2.running_mean", "cell_encoder.0.weight"):
        assert not torch.equal(before[name], after[name])


def test_an_interrupted_fine_tuning_goes_on_and_ends_with_the_same_bits(
    tiny_study: Path, tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = finetune(tiny_study, tiny_encoder, tmp_path / "whole", LossParameters(), TRAINING)
    epochs = 0
    draw = classification.pair_batches

    def stop_in_fourth_epoch(*given: Any) -> Any:
        nonlocal epochs
        epochs += 1
        if epochs == 4:
            raise KeyboardInterrupt
        return draw(*given)

    out = tmp_path / "stopped"
    monkeypatch.setattr(classification, "pair_batches", stop_in_fourth_epoch)
    with pytest.raises(KeyboardInterrupt):
        finetune(tiny_study, tiny_encoder, out, LossParameters(), TRAINING)
    assert not out.exists()
    assert (tmp_path / ".stopped.checkpoint").is_file()
    finetune(tiny_study, tiny_encoder, out, LossParameters(), TRAINING)
    assert epochs == 4 + (TRAINING.finetune_epochs - 3)
    assert sha256(out) == sha256(whole)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stopped", "whole"]


def test_a_checkpoint_of_other_parameters_changes_nothing(
    tiny_study: Path, tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = finetune(tiny_study, tiny_encoder, tmp_path / "whole", LossParameters(), TRAINING)
    out = tmp_path / "model"
    with monkeypatch.context() as patch:
        patch.setattr(stages, "save", None)
        with pytest.raises(TypeError):
            finetune(tiny_study, tiny_encoder, out, LossParameters(pretrain_weight=0.5), TRAINING)
    assert (tmp_path / ".model.checkpoint").is_file()
    assert sha256(finetune(tiny_study, tiny_encoder, out, LossParameters(), TRAINING)) == sha256(whole)
    assert not (tmp_path / ".model.checkpoint").exists()


def test_an_encoder_of_another_study_is_refused(
    tiny_encoder: Path, tmp_path: Path, study_of: Callable[..., Path], world: Path
) -> None:
    sets = tmp_path / "fewer.gmt"
    sets.write_text("".join((world / "gene_sets.gmt").read_text().splitlines(keepends=True)[:5]))
    other = study_of(tmp_path / "other", gene_sets=sets)
    with pytest.raises(ArtefactError, match="encoder of another study"):
        finetune(other, tiny_encoder, tmp_path / "model", LossParameters(), TRAINING)
    assert not (tmp_path / "model").exists()


def test_a_loss_that_is_no_longer_finite_leaves_no_model(
    tiny_study: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    wild = TrainParameters(finetune_epochs=5, batch_size=64, learning_rate=1e6, device="cpu")
    with pytest.raises(TrainingError, match="no longer finite"):
        finetune(tiny_study, tiny_encoder, tmp_path / "model", LossParameters(), wild)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_taken_is_refused_before_training(
    tiny_study: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "thesis.txt").write_text("thesis")
    with pytest.raises(ArtefactError, match="is not a model"):
        finetune(tiny_study, tiny_encoder, tmp_path / "model", LossParameters(), TRAINING)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_damaged_study_is_refused(tiny_study: Path, tiny_encoder: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_study, tmp_path / "study")
    with (tmp_path / "study" / "bulk.h5ad").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(ArtefactError, match=r"bulk\.h5ad: missing or changed"):
        finetune(tmp_path / "study", tiny_encoder, tmp_path / "model", LossParameters(), TRAINING)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_is_told() -> None:
    with pytest.raises(ParameterError, match="no GPU can be used here; give --device cpu or auto"):
        choose_device("cuda")
    assert choose_device("auto") == choose_device("cpu") == "cpu"


def test_a_model_says_where_it_comes_from(tiny_study: Path, tiny_encoder: Path, tiny_model: Path) -> None:
    manifest = json.loads((tiny_model / "model.json").read_text())
    weights = "encoder/weights.safetensors"
    assert manifest["inputs"][weights] == sha256(tiny_encoder / WEIGHTS)
    assert manifest["inputs"]["study/bulk.h5ad"] == sha256(tiny_study / "bulk.h5ad")
    assert "study/cell_labels.parquet" not in manifest["inputs"]
