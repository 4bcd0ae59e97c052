"""The states of several networks as one: stacked, kept, and in the checkpoints that each would have written alone."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from bulk2cell.train.checkpoint import Checkpoint, Progress, read_checkpoint, write_checkpoint
from bulk2cell.train.loop import should_stop
from bulk2cell.train.objective import Schedule
from bulk2cell.train.trainee import Trainee


def stacked(networks: Sequence[nn.Module]) -> dict[str, Tensor]:
    """Return the networks' states as one, of which each network's own becomes a view."""
    state = {}
    for name, first in networks[0].state_dict(keep_vars=True).items():
        own = [network.state_dict(keep_vars=True)[name] for network in networks]
        state[name] = torch.stack([value.detach() for value in own])
        for value, row in zip(own, state[name], strict=True):
            value.data = row
        state[name].requires_grad_(first.requires_grad)
    return state


def stacked_best(state: Mapping[str, Tensor], every: Sequence[Progress]) -> dict[str, Tensor]:
    """Return the networks' best states as one, of which each network's own becomes a view."""
    best = {name: value.detach().clone() for name, value in state.items()}
    for number, progress in enumerate(every):
        own = {name: value[number] for name, value in best.items()}
        for name, value in progress.best_state.items():
            own[name].copy_(value)
        progress.best_state = own
    return best


def copy_rows(to: Mapping[str, Tensor], state: Mapping[str, Tensor], numbers: Sequence[int]) -> None:
    """Copy the states of some networks."""
    if not numbers:
        return
    chosen = torch.tensor(numbers, device=next(iter(state.values())).device)
    for name, value in state.items():
        to[name].index_copy_(0, chosen, value.detach().index_select(0, chosen))


def save_one(trainee: Trainee, number: int, optimiser: torch.optim.Optimizer, progress: Progress) -> None:
    """Write the checkpoint that the network would have written alone."""
    slots = {
        index: {name: value[number] if value.dim() else value for name, value in slot.items()}
        for index, slot in optimiser.state_dict()["state"].items()
    }
    written = Checkpoint(trainee.network.state_dict(), slots, trainee.random(), progress)
    write_checkpoint(trainee.checkpoint, trainee.fingerprint, written)


def resumed(
    trainees: Sequence[Trainee], optimiser: torch.optim.Optimizer, schedule: Schedule
) -> list[Progress]:
    """Go on from the checkpoints, if all networks have one and those that still train are in the same epoch."""
    read = [read_checkpoint(each.checkpoint, each.fingerprint, each.network) for each in trainees]
    found = [checkpoint for checkpoint in read if checkpoint is not None]
    going = [each for each in found if not should_stop(schedule, each.progress)]
    if len(found) < len(trainees) or len({each.progress.epoch for each in going}) > 1:
        return [Progress() for _ in trainees]
    for trainee, checkpoint in zip(trainees, found, strict=True):
        trainee.network.load_state_dict(checkpoint.network)
        trainee.set_random(checkpoint.random)
    slots = {
        index: {
            name: torch.stack([each.slots[index][name] for each in found]) if value.dim() else value
            for name, value in slot.items()
        }
        for index, slot in (going or found)[0].slots.items()
    }
    optimiser.load_state_dict({**optimiser.state_dict(), "state": slots})
    return [each.progress for each in found]
