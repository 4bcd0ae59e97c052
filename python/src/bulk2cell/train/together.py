"""Networks of several seeds trained as one: they keep a GPU busy that a single small network leaves idle.

Their parameters are stacked and the losses spread over them by `torch.vmap`. Every seed draws its own random numbers and
stops by its own validation loss, so that it ends where it would have ended alone, but for the rounding of sums.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from bulk2cell.model.draws import drawn_by
from bulk2cell.progress import track
from bulk2cell.train.checkpoint import Progress
from bulk2cell.train.loop import note_epoch, should_stop
from bulk2cell.train.objective import Objective, Schedule
from bulk2cell.train.precision import products_in
from bulk2cell.train.stacked import copy_rows, resumed, save_one, stacked, stacked_best
from bulk2cell.train.trainee import Trainee


def fit_together(trainees: Sequence[Trainee], objective: Objective) -> list[Progress]:
    """Train networks of the same shapes; see `bulk2cell.train.loop.fit`."""
    schedule, networks = objective.schedule, [trainee.network for trainee in trainees]
    state = stacked(networks)
    trained = [value for value in state.values() if value.requires_grad]
    optimiser = torch.optim.Adam(trained, lr=schedule.learning_rate, fused=True)
    every = resumed(trainees, optimiser, schedule)
    best = stacked_best(state, every)
    done = max((progress.epoch for progress in every if not should_stop(schedule, progress)), default=0)
    for epoch in track(range(done + 1, schedule.epochs + 1), schedule.stage):
        going = [number for number, progress in enumerate(every) if not should_stop(schedule, progress)]
        if not going:
            break
        with products_in(schedule.precision):
            rows = train_epoch_together(trainees, state, optimiser, objective)
        found = validate_together(networks[0], state, objective)
        improved = [
            number for number in going if note_epoch(every[number], schedule, rows[number], found[number])
        ]
        copy_rows(best, state, improved)
        for number in going:
            if epoch % schedule.checkpoint_every == 0 or should_stop(schedule, every[number]):
                save_one(trainees[number], number, optimiser, every[number])
    for network, progress in zip(networks, every, strict=True):
        if progress.best_epoch:
            network.load_state_dict(progress.best_state)
        network.eval()
    return every


def train_epoch_together(
    trainees: Sequence[Trainee],
    state: Mapping[str, Tensor],
    optimiser: torch.optim.Optimizer,
    objective: Objective,
) -> list[dict[str, float]]:
    """Take one step per batch, every network its own, and return the mean of each loss per network."""
    losses_of = spread(trainees[0].network.train(), objective.losses)
    epochs = [objective.batches(trainee.order) for trainee in trainees]
    rows = []
    with drawn_by([trainee.values for trainee in trainees]):
        for parts in zip(*epochs, strict=True):
            losses = losses_of(state, tuple(torch.stack(column) for column in zip(*parts, strict=True)))
            optimiser.zero_grad()
            losses["total"].sum().backward()
            clip_each([value.grad for value in state.values() if value.grad is not None], objective.schedule)
            optimiser.step()
            rows.append({name: value.detach() for name, value in losses.items()})
    return per_network({name: torch.stack([row[name] for row in rows]).mean(dim=0) for name in rows[0]})


@torch.no_grad()
def validate_together(
    network: nn.Module, state: Mapping[str, Tensor], objective: Objective
) -> list[dict[str, float]]:
    """Return the validation losses per network, of which one is given as a pattern."""
    return per_network(spread(network.eval(), objective.validate)(state))


def per_network(values: Mapping[str, Tensor]) -> list[dict[str, float]]:
    """Return what is said of all networks, each by itself."""
    columns = {name: value.tolist() for name, value in values.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def spread(
    network: nn.Module, function: Callable[..., dict[str, Tensor]]
) -> Callable[..., dict[str, Tensor]]:
    """Return a function of a network, and more, for the state of several networks, and more of each."""

    class OfNetwork(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, *more: Any) -> dict[str, Tensor]:
            return function(self.network, *more)

    module = OfNetwork()

    def of_one(state: Mapping[str, Tensor], *more: Any) -> dict[str, Tensor]:
        own = {f"network.{name}": value for name, value in state.items()}
        found: dict[str, Tensor] = functional_call(module, own, more)
        return found

    return torch.vmap(of_one, randomness="error")


def clip_each(gradients: Sequence[Tensor], schedule: Schedule) -> None:
    """Clip the gradient of every network by its norm, as `torch.nn.utils.clip_grad_norm_` does with one."""
    norms = torch.stack([torch.linalg.vector_norm(value.flatten(1), dim=1) for value in gradients])
    factors = (schedule.clip_norm / (torch.linalg.vector_norm(norms, dim=0) + 1e-6)).clamp(max=1)
    for value in gradients:
        value.mul_(factors.view(-1, *[1] * (value.dim() - 1)))
