"""The facts and parameters of training in an encoder or a model."""

from dataclasses import asdict
from typing import Any

from bulk2cell.artefacts.study import Study
from bulk2cell.model.mask import unit_names
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.train.checkpoint import Progress

FINETUNING_ONLY = (
    "finetune_epochs",
    "finetune_min_epochs",
    "freeze_encoder",
    "pretrain_weight",
    "ridge_penalty",
    "ridge_target",
)


def pretraining_parameters(
    network: NetworkParameters, losses: LossParameters, training: TrainParameters
) -> dict[str, Any]:
    """Return all parameters that an encoder depends on: not those that fine-tuning alone reads."""
    every = {**asdict(network), **asdict(losses), **asdict(training)}
    return {name: value for name, value in every.items() if name not in FINETUNING_ONLY}


def training_content(
    study: Study, network: NetworkParameters, training: TrainParameters, device: str, progress: Progress
) -> dict[str, Any]:
    """Return what `encoder.json` and `model.json` have in common; no fact in it depends on a cell's label."""
    facts = study.manifest.content
    return {
        "pair": facts["pair"],
        "drug": facts["drug"],
        "gene_sets": facts["gene_sets"],
        "strategy": network.strategy,
        "seed": training.seed,
        "regime": training.regime,
        "device": device,
        "epochs": {"run": progress.epoch, "best": progress.best_epoch},
        "lines": study.bulk.n_obs,
        "cells": 0 if training.regime == "A" else study.cells.n_obs,
        "genes": list(study.bulk.var_names),
        "units": unit_names(study.pathways, network.free_units),
        "study": {name: fact for name, fact in facts.items() if name != "tag"},
    }
