"""The training loop that both stages share."""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

from bulk2cell.errors import TrainingError
from bulk2cell.networks.objective import Batch, Objective, Schedule
from bulk2cell.parameters import Precision
from bulk2cell.progress import track
from bulk2cell.train.checkpoint import Progress, load_checkpoint, save_checkpoint


def fit(
    network: nn.Module, objective: Objective, checkpoint: Path | None = None, fingerprint: str = ""
) -> Progress:
    """Train until the validation loss stops falling, and leave the network in its best state.

    Parameters
    ----------
    network
        Only its parameters that require a gradient are trained.
    checkpoint
        File to go on from, if it was written with the same `fingerprint`; without one a killed training starts anew.

    Raises
    ------
    TrainingError
        If a loss is no longer finite.
    """
    schedule = objective.schedule
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.Adam(trained, lr=schedule.learning_rate, fused=True)
    progress = load_checkpoint(checkpoint, fingerprint, network, optimiser) if checkpoint else Progress()
    losses = partial(objective.losses, network)
    for epoch in track(range(progress.epoch + 1, schedule.epochs + 1), schedule.stage):
        if should_stop(schedule, progress):
            break
        with products_in(schedule.precision):
            row = train_epoch(network, optimiser, objective.batches(), losses, schedule.clip_norm)
        network.eval()
        with torch.no_grad():
            validation = {name: value.item() for name, value in objective.validate(network).items()}
        if note_epoch(progress, schedule, row, validation):
            progress.best_state = {name: value.clone() for name, value in network.state_dict().items()}
        if checkpoint and epoch % schedule.checkpoint_every == 0:
            save_checkpoint(checkpoint, fingerprint, network, optimiser, progress)
    if progress.best_state:
        network.load_state_dict(progress.best_state)
    network.eval()
    return progress


@contextmanager
def products_in(precision: Precision) -> Iterator[None]:
    """Let products of matrices round their factors, where the hardware is faster then; sums stay float32."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium" if precision == "bfloat16" else "highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


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
    progress: Progress, schedule: Schedule, train: dict[str, float], validation: dict[str, float]
) -> bool:
    """Enter the next epoch into the history, and tell whether it is the best so far.

    Raises
    ------
    TrainingError
        If a loss is not finite.
    """
    epoch = progress.epoch + 1
    if not (math.isfinite(train["total"]) and math.isfinite(validation["total"])):
        raise TrainingError(
            f"{schedule.stage}: the loss is no longer finite in epoch {epoch}; lower --learning-rate"
        )
    progress.epoch = epoch
    progress.history.append(
        {
            "epoch": epoch,
            **{f"train_{name}": value for name, value in train.items()},
            **{f"validation_{name}": value for name, value in validation.items()},
        }
    )
    if validation["total"] >= progress.best_loss - schedule.min_delta:
        return False
    progress.best_epoch, progress.best_loss = epoch, validation["total"]
    return True
