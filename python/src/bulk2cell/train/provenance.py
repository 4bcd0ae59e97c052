"""What an encoder or a model says about its training, and whether an encoder belongs to a study."""

from dataclasses import asdict
from typing import Any

from bulk2cell.artefacts.model import TrainedModel
from bulk2cell.artefacts.study import Study, training_inputs
from bulk2cell.errors import ArtefactError
from bulk2cell.model.mask import unit_names
from bulk2cell.parameters import FINETUNING_ONLY, LossParameters, NetworkParameters, TrainParameters
from bulk2cell.regimes import REGIMES, Regime, with_letter
from bulk2cell.train.checkpoint import Progress


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
        "cells": study.cells.n_obs if REGIMES[training.regime].sees_cells else 0,
        "genes": list(study.bulk.var_names),
        "units": unit_names(study.pathways, network.free_units),
        "study": {name: fact for name, fact in facts.items() if name != "tag"},
    }


def refuse_other_encoder(encoder: TrainedModel, study: Study, regime: Regime) -> None:
    """Refuse an encoder that was not pretrained on this study, or in a regime that does not go with this one.

    Raises
    ------
    ArtefactError
        Naming the encoder.
    """
    if dict(encoder.manifest.inputs) != training_inputs(study.manifest):
        raise ArtefactError(
            f"{encoder.manifest.path}: encoder of another study than {study.manifest.path}; pretrain on this study first"
        )
    pretrained_in = encoder.manifest.content["regime"]
    if REGIMES[pretrained_in].sees_cells != REGIMES[regime].sees_cells:
        raise ArtefactError(
            f"{encoder.manifest.path}: pretrained in {with_letter(pretrained_in)}, so it cannot be fine-tuned in "
            f"{with_letter(regime)}; pretrain with --regime {regime}"
        )
