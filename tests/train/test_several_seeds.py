import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from bulk2cell.artefacts.manifest import sha256
from bulk2cell.artefacts.model import read_model
from bulk2cell.errors import ArtefactError
from bulk2cell.parameters import LossParameters, NetworkParameters, Regime, StrategyName, TrainParameters
from bulk2cell.train import several_seeds, together
from bulk2cell.train.finetune import finetune
from bulk2cell.train.finetune_together import finetune_together
from bulk2cell.train.pretrain import pretrain
from bulk2cell.train.pretrain_together import pretrain_together
from bulk2cell.train.several_seeds import finetune_seeds, gain_together, pretrain_seeds

NETWORK = NetworkParameters(strategy="share_ae_pathways", hidden=16)
LOSSES = LossParameters()
TRAINING = TrainParameters(pretrain_epochs=2, finetune_epochs=2, batch_size=64, device="cpu")
SEEDS = (1, 2)


def folders(home: Path, name: str) -> dict[int, Path]:
    return {seed: home / f"seed_{seed}" / name for seed in SEEDS}


def alone(study: Path, home: Path, training: TrainParameters) -> tuple[dict[int, Path], dict[int, Path]]:
    encoders, models = folders(home, "encoder"), folders(home, "model")
    for seed in SEEDS:
        own = replace(training, seed=seed)
        pretrain(study, encoders[seed], NETWORK, LOSSES, own)
        finetune(study, encoders[seed], models[seed], LOSSES, own)
    return encoders, models


def manifest(folder: Path, kind: str) -> dict[str, Any]:
    """Return what an artefact says of itself, but for the checksums of weights."""
    found: dict[str, Any] = json.loads((folder / f"{kind}.json").read_text())
    del found["files"], found["sha256"]
    found["inputs"].pop("encoder/weights.safetensors", None)
    return found


def same(found: Mapping[int, Path], expected: Mapping[int, Path], kind: str) -> None:
    for seed, folder in found.items():
        one, other = manifest(folder, kind), manifest(expected[seed], kind)
        for name in ("temperature", "validation") if kind == "model" else ():
            assert one["content"].pop(name) == pytest.approx(other["content"].pop(name), rel=1e-3)
        assert one == other
        weights, wanted = (load_file(each / "weights.safetensors") for each in (folder, expected[seed]))
        for name, value in weights.items():
            torch.testing.assert_close(value, wanted[name], rtol=1e-3, atol=1e-4)
        histories = (pd.read_parquet(each / "history.parquet") for each in (folder, expected[seed]))
        pd.testing.assert_frame_equal(*histories, rtol=1e-3)


@pytest.mark.parametrize("regime", ["A", "B"])
def test_together_each_seed_writes_what_it_writes_alone(
    tiny_study: Path, tmp_path: Path, regime: Regime
) -> None:
    training = replace(TRAINING, regime=regime)
    encoders, models = alone(tiny_study, tmp_path / "alone", training)
    outs = folders(tmp_path / "together", "encoder")
    assert list(pretrain_together(tiny_study, outs, NETWORK, LOSSES, training)) == [*outs.values()]
    same(outs, encoders, "encoder")
    outs = folders(tmp_path / "together", "model")
    assert list(finetune_together(tiny_study, encoders, outs, LOSSES, training)) == [*outs.values()]
    same(outs, models, "model")
    assert sorted(path.name for path in outs[1].parent.iterdir()) == ["encoder", "model"]
    assert not torch.equal(
        *(read_model(out).network.state_dict()["classifier.0.weight"] for out in outs.values())
    )


def test_on_a_cpu_seeds_are_trained_one_after_the_other_with_the_same_bits(
    tiny_study: Path, tmp_path: Path
) -> None:
    encoders, models = alone(tiny_study, tmp_path / "alone", TRAINING)
    groups = NETWORK, LOSSES, TRAINING
    outs = folders(tmp_path / "seeds", "encoder")
    written = pretrain_seeds(tiny_study, outs, *groups)
    assert next(written) == outs[1]
    assert outs[1].is_dir()
    assert not outs[2].exists()
    assert list(written) == [outs[2]]
    assert [sha256(out) for out in outs.values()] == [sha256(each) for each in encoders.values()]
    outs = folders(tmp_path / "seeds", "model")
    assert list(finetune_seeds(tiny_study, encoders, outs, *groups, {})) == [*outs.values()]
    assert [sha256(out) for out in outs.values()] == [sha256(each) for each in models.values()]


def test_where_seeds_gain_they_are_trained_together(
    monkeypatch: pytest.MonkeyPatch, tiny_study: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(several_seeds, "gain_together", lambda *_: True)
    encoders, models = folders(tmp_path, "encoder"), folders(tmp_path, "model")
    calls: list[int] = []
    fit = together.fit_together
    for module in (pretrain_together, finetune_together):
        name = f"{module.__module__}.fit_together"
        monkeypatch.setattr(name, lambda *given: calls.append(len(given[0])) or fit(*given))
    groups = NETWORK, LOSSES, TRAINING
    assert list(pretrain_seeds(tiny_study, encoders, *groups)) == [*encoders.values()]
    assert list(finetune_seeds(tiny_study, encoders, models, *groups, {})) == [*models.values()]
    assert calls == [2, 2]


def test_where_memory_is_too_small_they_are_trained_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tiny_study: Path,
    tmp_path: Path,
) -> None:
    def fail(*given: object) -> None:
        raise torch.OutOfMemoryError

    encoders, models = alone(tiny_study, tmp_path / "alone", TRAINING)
    monkeypatch.setattr(several_seeds, "gain_together", lambda *_: True)
    for module in (pretrain_together, finetune_together):
        monkeypatch.setattr(f"{module.__module__}.fit_together", fail)
    groups = NETWORK, LOSSES, TRAINING
    outs = folders(tmp_path / "seeds", "encoder")
    assert list(pretrain_seeds(tiny_study, outs, *groups)) == [*outs.values()]
    assert [sha256(out) for out in outs.values()] == [sha256(each) for each in encoders.values()]
    outs = folders(tmp_path / "seeds", "model")
    assert list(finetune_seeds(tiny_study, encoders, outs, *groups, {})) == [*outs.values()]
    assert [sha256(out) for out in outs.values()] == [sha256(each) for each in models.values()]
    assert capsys.readouterr().err.count(several_seeds.TOO_LARGE) == 2


def test_no_seed_is_trained_where_the_folder_of_one_is_in_the_way(tiny_study: Path, tmp_path: Path) -> None:
    outs = folders(tmp_path, "encoder")
    outs[2].mkdir(parents=True)
    (outs[2] / "notes.txt").write_text("mine")
    with pytest.raises(ArtefactError, match=r"seed_2/encoder"):
        next(pretrain_seeds(tiny_study, outs, NETWORK, LOSSES, TRAINING))
    assert not outs[1].exists()
    assert [path.name for path in outs[2].iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("strategy", "regime", "seeds", "gpu", "gain"),
    [
        ("share_ae_pathways", "B", 3, True, True),
        ("base_ae", "A", 2, True, True),
        ("share_ae_pathways", "B", 3, False, False),
        ("share_ae_pathways", "B", 1, True, False),
        ("share_ae_pathways", "C", 3, True, False),
        ("ridge_pathways", "B", 3, True, False),
    ],
)
def test_networks_on_a_gpu_gain_together(
    monkeypatch: pytest.MonkeyPatch, strategy: StrategyName, regime: Regime, seeds: int, gpu: bool, gain: bool
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    training = replace(TRAINING, regime=regime, shots=int(regime == "C"), device="auto")
    assert gain_together(replace(NETWORK, strategy=strategy), training, seeds) is gain
