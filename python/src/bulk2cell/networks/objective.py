"""What a stage of training minimises, and for how long."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor

from bulk2cell.parameters import Precision, TrainParameters

Batch = tuple[Tensor, ...]


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
    precision: Precision
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
        precision=training.precision,
        checkpoint_every=training.checkpoint_every,
    )


@dataclass(frozen=True)
class Objective:
    """Batches, and losses of a network.

    Attributes
    ----------
    batches
        Draws one epoch of batches.
    losses
        A network's losses of a batch; `total` is minimised.
    validate
        A network's validation losses; `total` decides on stopping and on the best state.
    """

    schedule: Schedule
    batches: Callable[[], Sequence[Batch]]
    losses: Callable[[Any, Batch], dict[str, Tensor]]
    validate: Callable[[Any], dict[str, Tensor]]
