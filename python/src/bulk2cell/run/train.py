"""Every seed of one strategy through both stages of training."""

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Literal

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.study import training_inputs
from bulk2cell.evaluate.shots import shots
from bulk2cell.parameters import NetworkParameters, StrategyName, TrainParameters
from bulk2cell.regimes import REGIMES
from bulk2cell.run.finished import once
from bulk2cell.run.params_file import Parameters
from bulk2cell.train.finetune import finetune
from bulk2cell.train.pretrain import pretrain
from bulk2cell.train.provenance import pretraining_parameters


def train(
    study: Path, strategy: StrategyName, parameters: Parameters, results: Path, home: Path
) -> dict[int, Path]:
    """Pretrain and fine-tune one model per seed, with the shots drawn for it in regimes that see labels.

    Returns
    -------
    dict
        Folder of the model, by seed.
    """
    network = replace(parameters.network, strategy=strategy)
    models = {}
    for seed in range(1, parameters.run.seeds + 1):
        training = replace(parameters.training, seed=seed)
        models[seed] = train_seed(study, network, training, parameters, results, home / f"seed_{seed}")
    return models


def train_seed(
    study: Path,
    network: NetworkParameters,
    training: TrainParameters,
    parameters: Parameters,
    results: Path,
    folder: Path,
) -> Path:
    """Pretrain and fine-tune one model."""
    losses = parameters.losses
    inputs = training_inputs(read_manifest(study, "study"))
    settings = pretraining_parameters(network, losses, training)
    stage = partial(pretrain, study, folder / "encoder", network, losses, training)
    encoder = once(results, folder / "encoder", "encoder", settings, inputs, stage)
    inputs = {**inputs, **weights_of(encoder, "encoder")}
    shots_from = None
    if REGIMES[training.regime].sees_labels:
        shots_from = draw(study, training, results, folder)
        inputs |= read_manifest(shots_from, "shots").files
    settings = {**asdict(network), **asdict(losses), **asdict(training)}
    stage = partial(finetune, study, encoder, folder / "model", losses, training, shots_from)
    return once(results, folder / "model", "model", settings, inputs, stage)


def draw(study: Path, training: TrainParameters, results: Path, folder: Path) -> Path:
    """Draw the labelled cells that one model may learn from."""
    out, chosen = folder / "shots", (training.regime, training.shots, training.seed)
    stage = partial(shots, study, out, *chosen)
    return once(results, out, "shots", {"chosen": chosen}, read_manifest(study, "study").files, stage)


def weights_of(path: Path, kind: Literal["encoder", "model"]) -> dict[str, str]:
    """Return the sha256 of an encoder's or a model's weights."""
    return {f"{kind}/weights.safetensors": read_manifest(path, kind).files["weights.safetensors"]}
