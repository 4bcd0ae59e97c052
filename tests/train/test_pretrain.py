import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import torch

from bulk2cell.artefacts.model import read_model
from bulk2cell.artefacts.study import read_study
from bulk2cell.networks.losses import pretraining_losses
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters, take
from bulk2cell.train.data import training_data
from bulk2cell.train.pretrain import pretrain
from bulk2cell.train.provenance import pretraining_parameters

Train = Callable[..., Path]
SETTINGS = {"pretrain_epochs": 60, "pretrain_min_epochs": 60, "batch_size": 64, "checkpoint_every": 1}


def test_the_kept_epoch_is_the_best_of_the_history_and_its_weights_are_saved(
    tiny_study: Path, tiny_encoder: Path
) -> None:
    encoder = read_model(tiny_encoder, kind="encoder")
    history = encoder.history
    kept = history[history["kept"]]
    assert kept["epoch"].tolist() == [encoder.manifest.content["epochs"]["best"]]
    assert kept["validation_total"].item() <= history["validation_total"].min() + 1e-4
    data = training_data(read_study(tiny_study), "cpu")
    bulk, cells = data.bulk[~data.train], data.cells[:64]
    with torch.no_grad():
        codes = encoder.network.encode(bulk, cells)
        total = pretraining_losses(encoder.network, codes, bulk, cells, LossParameters())["total"].item()
    assert total == pytest.approx(kept["validation_total"].item(), rel=1e-6)


def test_training_lowers_the_loss(tiny_encoder: Path) -> None:
    history = pd.read_parquet(tiny_encoder / "history.parquet")
    assert history["stage"].unique().tolist() == ["pretrain"]
    assert history["train_total"].is_monotonic_decreasing
    assert {"train_reconstruction", "train_difference", "validation_reconstruction"} <= set(history)


@pytest.mark.parametrize("part", ["encoder", "model"])
def test_there_are_weights_for_the_pairs_of_the_studys_pathways_alone(
    tiny_study: Path, tiny_model: Path, part: str
) -> None:
    study = read_study(tiny_study)
    model = read_model(tiny_model.with_name(part), kind="encoder" if part == "encoder" else "model")
    pd.testing.assert_frame_equal(study.pathways, model.pathways)
    decoder = model.network.sparse_decoder
    assert decoder is not None
    pairs = {
        (model.genes[gene], model.units[unit]) for gene, unit in zip(decoder.gene, decoder.unit, strict=True)
    }
    assert pairs == set(study.pathways.itertuples(index=False, name=None))
    assert len(decoder.weight) == len(pairs)
    assert [model.units[unit] for unit in decoder.free] == [f"free {i}" for i in range(1, 6)]


def test_no_epochs_write_an_untrained_encoder(tiny_study: Path, tmp_path: Path, train_tiny: Train) -> None:
    model = train_tiny(tiny_study, tmp_path, pretrain_epochs=0, finetune_epochs=1)
    encoder = read_model(model.with_name("encoder"), kind="encoder")
    assert encoder.manifest.content["epochs"] == {"run": 0, "best": 0}
    assert encoder.history.empty


def test_a_killed_pretraining_goes_on_and_ends_with_the_same_bits(tiny_study: Path, tmp_path: Path) -> None:
    killed = tmp_path / "killed" / "encoder"
    checkpoint = killed.with_name(".encoder.checkpoint")
    words = ["--strategy", "share_ae_pathways", "--hidden", "32", "--device", "cpu"]
    for name, value in SETTINGS.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    command = [
        sys.executable,
        *("-m", "bulk2cell", "pretrain", str(tiny_study), "--out", str(killed), *words),
    ]
    with subprocess.Popen(command, env=os.environ, stderr=subprocess.DEVNULL) as process:
        while not checkpoint.is_file() and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert checkpoint.is_file()
    assert not killed.exists()

    network = NetworkParameters(strategy="share_ae_pathways", hidden=32)
    training = take(TrainParameters, {**SETTINGS, "device": "cpu"})
    pretrain(tiny_study, killed, network, LossParameters(), training)
    whole = pretrain(tiny_study, tmp_path / "whole" / "encoder", network, LossParameters(), training)
    for file in whole.iterdir():
        assert file.read_bytes() == (killed / file.name).read_bytes(), file.name
    assert [path.name for path in whole.parent.iterdir()] == ["encoder"]
    assert [path.name for path in killed.parent.iterdir()] == ["encoder"]


def test_an_encoder_does_not_depend_on_what_fine_tuning_reads() -> None:
    groups = NetworkParameters(), LossParameters(pretrain_weight=0.5), TrainParameters(finetune_epochs=7)
    assert pretraining_parameters(*groups) == pretraining_parameters(
        NetworkParameters(), LossParameters(), TrainParameters()
    )
    assert pretraining_parameters(*groups)["pretrain_epochs"] == 300
