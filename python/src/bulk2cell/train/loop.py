"""The training loop that both stages share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import torch
from torch import Tensor, nn

from bulk2cell.errors import TrainingError
from bulk2cell.parameters import TrainParameters
from bulk2cell.progress import track
from bulk2cell.train.checkpoint import Progress, load_checkpoint, save_checkpoint

Batch = TypeVar("Batch")


@dataclass(frozen=True)
class Schedule:
    """How long, how fast, and when to stop.

    Attributes
    ----------
    stage
        Name for the progress display and the history.
    epochs, min_epochs
        Most epochs, and epochs before training may stop early.
    patience
        Epochs without a lower validation loss (by at least `min_delta`) before it stops.
    """

    stage: str
    epochs: int
    min_epochs: int
    patience: int
    min_delta: float
    learning_rate: float
    clip_norm: float
    checkpoint_every: int


def schedule_of(stage: Literal["pretrain", "finetune"], training: TrainParameters) -> Schedule:
    """Return a stage's part of the training parameters."""
    return Schedule(
        stage=stage,
        epochs=training.pretrain_epochs if stage == "pretrain" else training.finetune_epochs,
        min_epochs=training.pretrain_min_epochs if stage == "pretrain" else training.finetune_min_epochs,
        patience=training.patience,
        min_delta=training.min_delta,
        learning_rate=training.learning_rate,
        clip_norm=training.clip_norm,
        checkpoint_every=training.checkpoint_every,
    )


def fit(
    network: nn.Module,
    schedule: Schedule,
    batches: Callable[[], Iterable[Batch]],
    losses: Callable[[Batch], dict[str, Tensor]],
    validate: Callable[[], dict[str, float]],
    checkpoint: Path,
    fingerprint: str,
) -> Progress:
    """Train until the validation loss stops falling, and leave the network in its best state.

    Parameters
    ----------
    network
        Only its parameters that require a gradient are trained.
    batches
        Gives one epoch of batches.
    losses
        A batch's losses; `total` is minimised.
    validate
        The validation losses; `total` decides on stopping and on the best state.
    checkpoint
        File to go on from, if it was written with the same `fingerprint`.

    Raises
    ------
    TrainingError
        If a loss is no longer finite.
    """
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.Adam(trained, lr=schedule.learning_rate, fused=True)
    progress = load_checkpoint(checkpoint, fingerprint, network, optimiser)
    for epoch in track(range(progress.epoch + 1, schedule.epochs + 1), schedule.stage):
        if should_stop(schedule, progress):
            break
        row = train_epoch(network, optimiser, batches(), losses, schedule.clip_norm)
        network.eval()
        with torch.no_grad():
            validation = validate()
        if not torch.isfinite(torch.tensor([row["total"], validation["total"]])).all():
            raise TrainingError(
                f"{schedule.stage}: the loss is no longer finite in epoch {epoch}; lower --learning-rate"
            )
        note_epoch(progress, network, epoch, row, validation, schedule.min_delta)
        if epoch % schedule.checkpoint_every == 0:
            save_checkpoint(checkpoint, fingerprint, network, optimiser, progress)
    if progress.best_state:
        network.load_state_dict(progress.best_state)
    network.eval()
    return progress


def should_stop(schedule: Schedule, progress: Progress) -> bool:
    """Tell whether the validation loss has not fallen for `patience` epochs, after the first `min_epochs`."""
    waited = progress.epoch - progress.best_epoch
    return progress.epoch >= schedule.min_epochs and progress.epoch > 0 and waited >= schedule.patience


def train_epoch(
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    batches: Iterable[Batch],
    losses: Callable[[Batch], dict[str, Tensor]],
    clip_norm: float,
) -> dict[str, float]:
    """Take one step per batch and return the mean of each loss."""
    network.train()
    rows = []
    for batch in batches:
        parts = losses(batch)
        optimiser.zero_grad()
        parts["total"].backward()
        nn.utils.clip_grad_norm_(network.parameters(), clip_norm)
        optimiser.step()
        rows.append({name: value.detach() for name, value in parts.items()})
    return {name: torch.stack([row[name] for row in rows]).mean().item() for name in rows[0]}


def note_epoch(
    progress: Progress,
    network: nn.Module,
    epoch: int,
    train: dict[str, float],
    validation: dict[str, float],
    min_delta: float,
) -> None:
    """Enter an epoch into the history and copy the state if it is the best so far."""
    progress.epoch = epoch
    progress.history.append(
        {
            "epoch": epoch,
            **{f"train_{name}": value for name, value in train.items()},
            **{f"validation_{name}": value for name, value in validation.items()},
        }
    )
    if validation["total"] < progress.best_loss - min_delta:
        progress.best_epoch, progress.best_loss = epoch, validation["total"]
        progress.best_state = {name: value.detach().clone() for name, value in network.state_dict().items()}
