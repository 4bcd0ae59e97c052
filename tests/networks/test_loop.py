from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from bulk2cell.errors import TrainingError
from bulk2cell.networks.loop import fit, should_stop
from bulk2cell.networks.objective import Batch, Objective, Schedule
from bulk2cell.parameters import Precision
from bulk2cell.train.checkpoint import Progress, load_checkpoint, save_checkpoint

SCHEDULE = Schedule(
    stage="pretrain",
    epochs=12,
    min_epochs=0,
    patience=3,
    min_delta=0.01,
    learning_rate=0.1,
    clip_norm=1.0,
    precision="float32",
    checkpoint_every=1,
)


def scripted(
    losses: list[float], schedule: Schedule, checkpoint: Path, states: list[Tensor] | None = None
) -> tuple[nn.Linear, Progress]:
    """Train a line whose validation losses are given, one per epoch."""
    torch.manual_seed(0)
    network = nn.Linear(2, 1)
    script = iter(losses)

    def validate(network: nn.Linear) -> dict[str, Tensor]:
        if states is not None:
            states.append(network.weight.detach().clone())
        assert not network.training
        return {"total": torch.tensor(next(script), dtype=torch.double)}

    def losses_of(network: nn.Linear, batch: Batch) -> dict[str, Tensor]:
        assert network.training
        return {"total": network(batch[0]).square().mean()}

    objective = Objective(schedule, lambda: [(torch.ones(4, 2),)], losses_of, validate)
    return network, fit(network, objective, checkpoint, "same")


def squares(schedule: Schedule, x: Tensor, validation: float) -> Objective:
    """Return the objective of a mean square on one batch."""
    return Objective(
        schedule,
        lambda: [(x,)],
        lambda network, batch: {"total": network(batch[0]).square().mean()},
        lambda _: {"total": torch.tensor(validation)},
    )


def test_the_state_of_the_lowest_validation_loss_is_kept(tmp_path: Path) -> None:
    states: list[Tensor] = []
    losses = [5.0, 4.0, 2.0, 3.0, 2.5, 9.0]
    network, progress = scripted(losses, replace(SCHEDULE, epochs=6, patience=9), tmp_path / "c", states)
    assert (progress.epoch, progress.best_epoch, progress.best_loss) == (6, 3, 2.0)
    assert torch.equal(network.weight, states[2])
    assert not torch.equal(network.weight, states[5])
    assert [row["validation_total"] for row in progress.history] == losses
    assert [row["epoch"] for row in progress.history] == [1, 2, 3, 4, 5, 6]


def test_training_stops_after_patience_epochs_without_enough_improvement(tmp_path: Path) -> None:
    _, progress = scripted([1.0, 0.995, 0.993, 0.991, 0.1], SCHEDULE, tmp_path / "c")
    assert (progress.epoch, progress.best_epoch) == (4, 1)


def test_small_gains_add_up(tmp_path: Path) -> None:
    _, progress = scripted(
        [1.0, 0.995, 0.985, 0.98, 0.97, 1, 1, 1, 0], replace(SCHEDULE, epochs=9), tmp_path / "c"
    )
    assert (progress.epoch, progress.best_epoch) == (8, 5)


def test_training_does_not_stop_before_the_first_epochs(tmp_path: Path) -> None:
    _, progress = scripted(
        [1.0, *[2.0] * 7, 0.5, 2, 2, 2], replace(SCHEDULE, min_epochs=9, epochs=20), tmp_path / "c"
    )
    assert (progress.epoch, progress.best_epoch) == (12, 9)


@pytest.mark.parametrize(
    ("epoch", "best", "stops"), [(0, 0, False), (9, 2, False), (10, 8, False), (10, 7, True), (11, 4, True)]
)
def test_when_to_stop(epoch: int, best: int, stops: bool) -> None:
    schedule = replace(SCHEDULE, min_epochs=10)
    assert should_stop(schedule, Progress(epoch=epoch, best_epoch=best)) is stops


def test_no_epochs_leave_the_network_as_it_is(tmp_path: Path) -> None:
    torch.manual_seed(0)
    untouched = nn.Linear(2, 1).weight
    network, progress = scripted([], replace(SCHEDULE, epochs=0), tmp_path / "c")
    assert torch.equal(network.weight, untouched)
    assert progress.history == []
    assert not network.training


@pytest.mark.parametrize(("precision", "rounding"), [("float32", "highest"), ("bfloat16", "medium")])
def test_products_are_rounded_as_asked_in_training_alone(
    tmp_path: Path, precision: Precision, rounding: str
) -> None:
    usual, seen = torch.get_float32_matmul_precision(), []

    def note(what: str, network: nn.Module) -> dict[str, Tensor]:
        seen.append((what, torch.get_float32_matmul_precision()))
        return {"total": network(torch.ones(1, 2)).square().mean()}

    steps = Objective(
        replace(SCHEDULE, epochs=1, precision=precision),
        lambda: [(torch.ones(1),)],
        lambda network, batch: note("step", network),
        lambda network: note("validation", network),
    )
    fit(nn.Linear(2, 1), steps, tmp_path / "c", "same")
    assert seen == [("step", rounding), ("validation", usual)]
    assert torch.get_float32_matmul_precision() == usual


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_loss_that_is_no_longer_finite_is_one_clear_error(tmp_path: Path, bad: float) -> None:
    with pytest.raises(TrainingError, match="no longer finite in epoch 2; lower --learning-rate"):
        scripted([1.0, bad], SCHEDULE, tmp_path / "c")


def test_a_training_loss_that_is_not_finite_is_an_error_too(tmp_path: Path) -> None:
    network = nn.Linear(2, 1)
    with pytest.raises(TrainingError, match="in epoch 1"):
        fit(network, squares(SCHEDULE, torch.full((2, 2), 1e30), 1.0), tmp_path / "c", "same")


def test_frozen_parameters_do_not_move(tmp_path: Path) -> None:
    network = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    network[0].requires_grad_(False)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    fit(network, squares(replace(SCHEDULE, epochs=2), torch.ones(4, 2), 0.0), tmp_path / "c", "same")
    after = network.state_dict()
    assert torch.equal(after["0.weight"], before["0.weight"])
    assert not torch.equal(after["1.weight"], before["1.weight"])


def noisy_training(checkpoint: Path, fingerprint: str, stop_in_epoch: int | None = None) -> nn.Module:
    """Train with dropout, so that the random state matters; stop short where asked."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 1))
    epochs = 0

    def batches() -> list[Batch]:
        nonlocal epochs
        epochs += 1
        if epochs == stop_in_epoch:
            raise KeyboardInterrupt
        return [(torch.randn(6, 3),), (torch.randn(6, 3),)]

    def losses_of(network: nn.Module, batch: Batch) -> dict[str, Tensor]:
        x = batch[0]
        return {"total": (network(x) - x.sum(dim=1, keepdim=True)).square().mean()}

    def validate(network: nn.Module) -> dict[str, Tensor]:
        return losses_of(network, (torch.eye(3),))

    objective = Objective(replace(SCHEDULE, patience=99), batches, losses_of, validate)
    fit(network, objective, checkpoint, fingerprint)
    return network


def same_state(first: nn.Module, second: nn.Module) -> bool:
    states = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in states)


Stopped = Callable[[int], Path]


@pytest.fixture
def stopped(tmp_path: Path) -> Stopped:
    """Return the checkpoint of a training that stopped in the given epoch."""

    def stop(epoch: int) -> Path:
        checkpoint = tmp_path / "stopped"
        with pytest.raises(KeyboardInterrupt):
            noisy_training(checkpoint, "same", stop_in_epoch=epoch)
        return checkpoint

    return stop


@pytest.mark.parametrize("epoch", [2, 5, 12])
def test_a_stopped_training_ends_with_the_same_bits(tmp_path: Path, stopped: Stopped, epoch: int) -> None:
    whole = noisy_training(tmp_path / "whole", "same")
    assert same_state(noisy_training(stopped(epoch), "same"), whole)


def test_it_goes_on_and_does_not_begin_again(stopped: Stopped) -> None:
    checkpoint = stopped(6)
    with pytest.raises(KeyboardInterrupt):
        noisy_training(checkpoint, "same", stop_in_epoch=7)
    noisy_training(checkpoint, "same", stop_in_epoch=2)


@pytest.mark.parametrize("damage", ["other parameters", "truncated", "empty", "no checkpoint", "one bit"])
def test_a_checkpoint_that_does_not_fit_is_ignored(tmp_path: Path, stopped: Stopped, damage: str) -> None:
    whole = noisy_training(tmp_path / "whole", "other")
    checkpoint = stopped(6)
    if damage == "truncated":
        checkpoint.write_bytes(checkpoint.read_bytes()[:-9])
    elif damage == "empty":
        checkpoint.write_bytes(b"")
    elif damage == "one bit":
        content = bytearray(checkpoint.read_bytes())
        content[-9] ^= 1
        checkpoint.write_bytes(content)
    elif damage == "no checkpoint":
        checkpoint.write_bytes(b"thesis" * 100)
    fingerprint = "other" if damage == "other parameters" else "same"
    assert same_state(noisy_training(checkpoint, fingerprint), whole)


def test_a_weights_file_in_its_place_is_ignored(tmp_path: Path, tiny_model: Path) -> None:
    (tmp_path / "c").write_bytes((tiny_model / "weights.safetensors").read_bytes())
    network = nn.Linear(2, 1)
    assert load_checkpoint(tmp_path / "c", "same", network, torch.optim.Adam(network.parameters())).epoch == 0


def test_a_checkpoint_of_a_network_with_other_tensors_is_ignored(tmp_path: Path) -> None:
    before, now = nn.Linear(3, 1), nn.Linear(2, 1)
    save_checkpoint(tmp_path / "c", "same", before, torch.optim.Adam(before.parameters()), Progress(epoch=3))
    start = now.weight.detach().clone()
    assert load_checkpoint(tmp_path / "c", "same", now, torch.optim.Adam(now.parameters())).epoch == 0
    assert torch.equal(now.weight, start)


def test_a_failed_write_keeps_the_checkpoint_before(tmp_path: Path) -> None:
    network = nn.Linear(2, 1)
    optimiser = torch.optim.Adam(network.parameters())
    save_checkpoint(tmp_path / "c", "same", network, optimiser, Progress(epoch=3))
    (tmp_path / "c.partial").write_bytes(b"half")
    assert load_checkpoint(tmp_path / "c", "same", network, optimiser).epoch == 3
