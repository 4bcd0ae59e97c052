"""The five published networks as a family of strategies: one network with three switches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bulk2cell.model.cell_layers import Affine, Array, join, linear, log_odds
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.regimes import REGIMES, Regime
from bulk2cell.strategies import Strategy

if TYPE_CHECKING:
    from torch import Tensor

    from bulk2cell.networks.network import DomainSeparationNetwork
    from bulk2cell.train.checkpoint import Progress
    from bulk2cell.train.data import TrainingData
    from bulk2cell.train.shots import TrainingShots
    from bulk2cell.train.temperature import Calibration
    from bulk2cell.trust.expect import Trust

BATCH_NORM = ("running_mean", "running_var", "weight", "bias")
BATCH_NORM_EPSILON = 1e-5  # torch's, which it does not save


def build(mask: Tensor, parameters: NetworkParameters) -> DomainSeparationNetwork:
    """Return a network with weights drawn at random."""
    from bulk2cell.networks.network import DomainSeparationNetwork

    return DomainSeparationNetwork(mask, parameters)


def pretrain(
    network: DomainSeparationNetwork,
    data: TrainingData,
    losses: LossParameters,
    training: TrainParameters,
    checkpoint: Path | None = None,
    fingerprint: str = "",
) -> Progress:
    """Learn to reconstruct lines and cells."""
    from bulk2cell.networks.reconstruction import fit_reconstruction

    return fit_reconstruction(network, data, losses, training, checkpoint, fingerprint)


def finetune(
    network: DomainSeparationNetwork,
    data: TrainingData,
    shots: TrainingShots,
    losses: LossParameters,
    training: TrainParameters,
    checkpoint: Path | None = None,
    fingerprint: str = "",
) -> tuple[Progress, Calibration]:
    """Learn the labels beside the reconstruction, and take up the temperature."""
    from bulk2cell.networks.classification import fit_response
    from bulk2cell.train.temperature import calibrate

    progress = fit_response(network, data, shots, losses, training, checkpoint, fingerprint)
    return progress, calibrate(network, data)


def trust(data: TrainingData, losses: LossParameters, training: TrainParameters) -> Trust | None:
    """Return nothing: signals of trust were learnt for ridge regression."""
    return None


def cell_layers(strategy: Strategy, stored: Callable[[str], Array]) -> list[Affine]:
    """Return the layers of the cells' encoder and of the classifier; of no decoder and no other domain's encoder."""
    encoder = "shared_encoder" if strategy.shared else "cell_encoder"
    norm = batch_norm(*np.stack([stored(f"{encoder}.2.{name}") for name in BATCH_NORM]))
    return [
        linear(stored, f"{encoder}.0"),
        join(norm, join(linear(stored, f"{encoder}.4"), linear(stored, "classifier.0"))),
        linear(stored, "classifier.3"),
        log_odds(linear(stored, "classifier.5")),
    ]


def batch_norm(mean: Array, variance: Array, weight: Array, bias: Array) -> Affine:
    """Return batch normalisation in eval mode as an affine layer."""
    scale = weight / np.sqrt(variance + np.float32(BATCH_NORM_EPSILON))
    return np.diag(scale), bias - mean * scale


def first_layer(parameters: NetworkParameters, units: int) -> tuple[str, int]:
    """Return the lines' encoder, which every strategy has, and its hidden units."""
    return "bulk_encoder.0", parameters.hidden


def describe_training(
    known: Mapping[str, Any], regime: Regime, seeds: Sequence[int], pretraining: str, finetuning: str
) -> str:
    """Return what the networks were trained on, for how long, and which weights were kept."""
    cells = " and unlabelled cells" if REGIMES[regime].sees_cells else ""
    pretrained = f"was pretrained on lines{cells} for {pretraining} epochs and " if pretraining else "was "
    shots = " and labelled cells of the target" if REGIMES[regime].sees_labels else ""
    return (
        f"It {pretrained}fine-tuned on the labelled lines{shots} for {finetuning} epochs (seeds "
        f"{', '.join(map(str, seeds))}; Adam, learning rate {known['learning_rate']}, batches of {known['batch_size']}). "
        "The weights with the lowest loss on held-out cell lines were kept."
    )
