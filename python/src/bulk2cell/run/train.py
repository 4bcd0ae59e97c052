"""Every seed of one strategy through both stages of training."""

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Literal

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.study import training_inputs
from bulk2cell.evaluate.shots import shots
from bulk2cell.parameters import StrategyName, TrainParameters
from bulk2cell.regimes import REGIMES
from bulk2cell.run.finished import Wanted, once, once_each
from bulk2cell.run.params_file import Parameters
from bulk2cell.train.provenance import pretraining_parameters
from bulk2cell.train.several_seeds import finetune_seeds, pretrain_seeds


def train(
    study: Path, strategy: StrategyName, parameters: Parameters, results: Path, home: Path
) -> dict[int, Path]:
    """Pretrain and fine-tune one model per seed, with the shots drawn for it in regimes that see labels.

    Returns
    -------
    dict
        Folder of the model, by seed.
    """
    network, losses = replace(parameters.network, strategy=strategy), parameters.losses
    seeds = {seed: replace(parameters.training, seed=seed) for seed in range(1, parameters.run.seeds + 1)}
    folders = {seed: home / f"seed_{seed}" for seed in seeds}
    inputs = training_inputs(read_manifest(study, "study"))
    encoders = {
        seed: Wanted(folders[seed] / "encoder", pretraining_parameters(network, losses, training), inputs)
        for seed, training in seeds.items()
    }
    groups = network, losses, parameters.training
    once_each(results, "encoder", encoders, "pretrain", lambda outs: pretrain_seeds(study, outs, *groups))
    shots_from = {
        seed: draw(study, training, results, folders[seed])
        for seed, training in seeds.items()
        if REGIMES[training.regime].sees_labels
    }
    models = {}
    for seed, training in seeds.items():
        known = {**inputs, **weights_of(encoders[seed].out, "encoder")}
        if seed in shots_from:
            known |= read_manifest(shots_from[seed], "shots").files
        settings = {**asdict(network), **asdict(losses), **asdict(training)}
        models[seed] = Wanted(folders[seed] / "model", settings, known)
    starts = {seed: each.out for seed, each in encoders.items()}
    once_each(
        results,
        "model",
        models,
        "finetune",
        lambda outs: finetune_seeds(study, starts, outs, *groups, shots_from),
    )
    return {seed: each.out for seed, each in models.items()}


def draw(study: Path, training: TrainParameters, results: Path, folder: Path) -> Path:
    """Draw the labelled cells that one model may learn from."""
    out, chosen = folder / "shots", (training.regime, training.shots, training.seed)
    stage = partial(shots, study, out, *chosen)
    return once(results, out, "shots", {"chosen": chosen}, read_manifest(study, "study").files, stage)


def weights_of(path: Path, kind: Literal["encoder", "model"]) -> dict[str, str]:
    """Return the sha256 of an encoder's or a model's weights."""
    return {f"{kind}/weights.safetensors": read_manifest(path, kind).files["weights.safetensors"]}
