"""Gradient descent on the pretraining loss: reconstruction and separation of both domains, without any response."""

from pathlib import Path

import torch

from bulk2cell.networks.batches import pair_batches
from bulk2cell.networks.loop import fit
from bulk2cell.networks.losses import pretraining_losses
from bulk2cell.networks.network import DomainSeparationNetwork
from bulk2cell.networks.objective import Batch, Objective, schedule_of
from bulk2cell.parameters import LossParameters, TrainParameters
from bulk2cell.train.checkpoint import Progress
from bulk2cell.train.data import TrainingData


def fit_reconstruction(
    network: DomainSeparationNetwork,
    data: TrainingData,
    losses: LossParameters,
    training: TrainParameters,
    checkpoint: Path | None = None,
    fingerprint: str = "",
) -> Progress:
    """Train a network to reconstruct all lines and all cells.

    Validation is the loss of the held-out lines beside a fixed part of the cells, without the adversary.
    """
    return fit(network, make_reconstruction_objective(data, losses, training), checkpoint, fingerprint)


def make_reconstruction_objective(
    data: TrainingData, losses: LossParameters, training: TrainParameters
) -> Objective:
    """Return the objective of pretraining."""
    lines = data.train.nonzero().squeeze(1)
    held_out = data.bulk[~data.train]
    some_cells = data.cells[: training.batch_size]

    def batch_losses(network: DomainSeparationNetwork, batch: Batch) -> dict[str, torch.Tensor]:
        bulk, cells = data.bulk.index_select(0, batch[0]), data.cells.index_select(0, batch[1])
        return pretraining_losses(network, network.encode(bulk, cells), bulk, cells, losses)

    def validate(network: DomainSeparationNetwork) -> dict[str, torch.Tensor]:
        parts = pretraining_losses(
            network, network.encode(held_out, some_cells), held_out, some_cells, losses
        )
        if "adversary" in parts:
            parts["total"] = parts["total"] - losses.adversary_weight * parts["adversary"]
        return parts

    return Objective(
        schedule_of("pretrain", training),
        lambda: pair_batches(lines, len(data.cells), training.batch_size),
        batch_losses,
        validate,
    )
