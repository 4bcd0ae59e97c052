"""Gradient descent on the response of the labelled lines, with the pretraining loss beside it."""

from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

from bulk2cell.networks.batches import draw_shots, pair_batches
from bulk2cell.networks.loop import fit
from bulk2cell.networks.losses import pretraining_losses
from bulk2cell.networks.network import DomainSeparationNetwork
from bulk2cell.networks.objective import Batch, Objective, schedule_of
from bulk2cell.parameters import LossParameters, TrainParameters
from bulk2cell.regimes import REGIMES
from bulk2cell.train.checkpoint import Progress
from bulk2cell.train.data import TrainingData
from bulk2cell.train.shots import TrainingShots
from bulk2cell.train.validation import held_out_losses


def fit_response(
    network: DomainSeparationNetwork,
    data: TrainingData,
    shots: TrainingShots,
    losses: LossParameters,
    training: TrainParameters,
    checkpoint: Path | None = None,
    fingerprint: str = "",
) -> Progress:
    """Train a network on the labels of the training lines; all cells but the shots take part without labels.

    The loss is cross-entropy on labelled training lines + `pretrain_weight` x the pretraining loss. With shots every batch
    holds them, or `batch_size` of them drawn anew, and their cross-entropy is added. Validation is the cross-entropy of
    the labelled held-out lines. Where the regime sees no cells, their encoder becomes the lines'.

    Parameters
    ----------
    network
        Left in the state with the lowest loss on the held-out lines.
    checkpoint, fingerprint
        See `fit`.
    """
    for part in network.encoders() if training.freeze_encoder else ():
        part.requires_grad_(False)
    progress = fit(network, make_response_objective(data, shots, losses, training), checkpoint, fingerprint)
    if not REGIMES[training.regime].sees_cells:
        network.cell_encoder.load_state_dict(network.bulk_encoder.state_dict())
    return progress


def make_response_objective(
    data: TrainingData, shots: TrainingShots, losses: LossParameters, training: TrainParameters
) -> Objective:
    """Return the objective of fine-tuning."""
    lines = (data.train & data.labelled).nonzero().squeeze(1)

    def batch_losses(network: DomainSeparationNetwork, batch: Batch) -> dict[str, torch.Tensor]:
        for part in network.encoders() if training.freeze_encoder else ():
            part.eval()
        some = draw_shots(len(shots.rows), training.batch_size)
        bulk = data.bulk.index_select(0, batch[0])
        cells = data.cells.index_select(0, torch.cat([batch[1], shots.rows[some]]))
        codes = network.encode(bulk, cells)
        parts = pretraining_losses(network, codes, bulk, cells, losses)
        classification = cross_entropy(network.classify(codes.bulk), data.labels[batch[0]].long())
        total = classification + losses.pretrain_weight * parts.pop("total")
        if len(some):
            of_shots = network.classify(codes.cells[-len(some) :])
            parts["shots"] = cross_entropy(of_shots, shots.labels[some])
            total = total + parts["shots"]
        return {"total": total, "classification": classification, **parts}

    return Objective(
        schedule_of("finetune", training),
        lambda: pair_batches(lines, len(data.cells), training.batch_size),
        batch_losses,
        lambda network: held_out_losses(network, data),
    )
