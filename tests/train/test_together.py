import copy
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor

from bulk2cell.cells.standardise import Scaling
from bulk2cell.errors import TrainingError
from bulk2cell.model.network import Network
from bulk2cell.parameters import LossParameters, NetworkParameters, Regime, StrategyName, TrainParameters
from bulk2cell.train.checkpoint import Progress
from bulk2cell.train.classification import freeze, response_objective
from bulk2cell.train.data import TrainingData
from bulk2cell.train.loop import fit
from bulk2cell.train.objective import Objective
from bulk2cell.train.pretrain import reconstruction_objective
from bulk2cell.train.seeds import set_seed
from bulk2cell.train.shots import no_shots
from bulk2cell.train.together import clip_each, fit_together
from bulk2cell.train.trainee import Trainee, new_trainee

SEEDS = (1, 2, 5)
GENES, UNITS, FREE = 40, 9, 2
SHORT = TrainParameters(
    pretrain_epochs=6,
    pretrain_min_epochs=0,
    finetune_epochs=6,
    finetune_min_epochs=0,
    patience=2,
    batch_size=32,
    checkpoint_every=1,
    device="cpu",
)


def random_data(regime: Regime = "B") -> TrainingData:
    generator = torch.Generator().manual_seed(0)
    bulk, cells = (torch.randn(rows, GENES, generator=generator, dtype=torch.double) for rows in (100, 70))
    nothing = np.zeros((0, GENES), np.float32)
    return TrainingData(
        bulk=bulk,
        response=bulk[:, 0],
        labels=(bulk[:, 0] > 0).float(),
        train=torch.arange(100) < 75,
        labelled=torch.ones(100, dtype=torch.bool),
        cells=cells if regime == "B" else cells[:0],
        scaling=Scaling(*[nothing] * 5),
    )


def new_networks(strategy: StrategyName, folder: Path) -> list[Trainee]:
    mask = (torch.rand(GENES, UNITS, generator=torch.Generator().manual_seed(1)) < 0.3).float()
    mask[:, -FREE:] = 1
    made = []
    for seed in SEEDS:
        set_seed(seed)
        network = Network(mask, NetworkParameters(strategy=strategy, hidden=12, free_units=FREE)).double()
        made.append(new_trainee(network, seed, folder / f"{seed}.checkpoint", f"{seed}"))
    return made


def each_alone(trainees: Sequence[Trainee], objective: Objective) -> list[Progress]:
    """Train every network by itself, from the random numbers that it begins with."""
    every = []
    for trainee in trainees:
        torch.set_rng_state(trainee.order.get_state())
        every.append(fit(trainee.network, objective, trainee.checkpoint, trainee.fingerprint))
    return every


def states(trainees: Sequence[Trainee]) -> list[Tensor]:
    return [value for trainee in trainees for value in trainee.network.state_dict().values()]


@pytest.mark.parametrize("freezing", [False, True])
@pytest.mark.parametrize("regime", ["A", "B"])
@pytest.mark.parametrize(
    "strategy", ["base_ae", "adv_ae", "base_share_ae", "adv_share_ae", "share_ae_pathways"]
)
def test_together_every_network_ends_where_it_ends_alone(
    tmp_path: Path, strategy: StrategyName, regime: Regime, freezing: bool
) -> None:
    training = replace(SHORT, regime=regime, freeze_encoder=freezing)
    data, losses = random_data(regime), LossParameters()
    objectives = [response_objective(data, no_shots("cpu"), losses, training)]
    if not freezing:
        objectives.append(reconstruction_objective(data, losses, training))
    for number, objective in enumerate(objectives):
        trainees = new_networks(strategy, tmp_path / f"together{number}")
        alone = new_networks(strategy, tmp_path / f"alone{number}")
        for trainee in [*trainees, *alone] if freezing else ():
            freeze(trainee.network)
        expected, found = each_alone(alone, objective), fit_together(trainees, objective)
        for one, other in zip(found, expected, strict=True):
            assert (one.epoch, one.best_epoch) == (other.epoch, other.best_epoch)
            for row, wanted in zip(one.history, other.history, strict=True):
                assert row == pytest.approx(wanted, rel=1e-9)
        for value, wanted in zip(states(trainees), states(alone), strict=True):
            torch.testing.assert_close(value, wanted, rtol=1e-7, atol=1e-9)
        assert not any(trainee.network.training for trainee in trainees)


def scripted(losses: list[list[float]]) -> Objective:
    """Return an objective whose validation losses are given, by epoch and network."""
    script = iter(losses)
    objective = reconstruction_objective(random_data(), LossParameters(), SHORT)

    def validate(network: Network) -> dict[str, Tensor]:
        return {"total": torch.tensor(next(script))[network.number.long()]}

    return replace(objective, validate=validate)


def number_networks(trainees: Sequence[Trainee]) -> None:
    for number, trainee in enumerate(trainees):
        trainee.network.register_buffer("number", torch.tensor(number))


def test_every_network_stops_and_keeps_its_best_by_its_own_losses(tmp_path: Path) -> None:
    trainees = new_networks("base_ae", tmp_path)
    number_networks(trainees)
    every = fit_together(
        trainees, scripted([[9.0, 1, 3], [8, 2, 1], [7, 3, 2], [6, 0, 4], [5, 0, 0], [4, 0, 0]])
    )
    assert [(each.epoch, each.best_epoch) for each in every] == [(6, 6), (3, 1), (4, 2)]
    for trainee, progress in zip(trainees, every, strict=True):
        for name, value in trainee.network.state_dict().items():
            assert torch.equal(value, progress.best_state[name])


def test_a_loss_that_is_no_longer_finite_is_one_clear_error(tmp_path: Path) -> None:
    trainees = new_networks("base_ae", tmp_path)
    number_networks(trainees)
    with pytest.raises(TrainingError, match="no longer finite in epoch 2; lower --learning-rate"):
        fit_together(trainees, scripted([[2.0, 2.0, 2.0], [1.0, float("nan"), 1.0]]))


def stopping(objective: Objective, epoch: int) -> Objective:
    """Return an objective that is interrupted before an epoch's batches of the first network."""
    drawn = 0

    def batches(generator: Any) -> Any:
        nonlocal drawn
        drawn += 1
        if drawn == (epoch - 1) * len(SEEDS) + 1:
            raise KeyboardInterrupt
        return objective.batches(generator)

    return replace(objective, batches=batches)


@pytest.fixture
def objective() -> Objective:
    return reconstruction_objective(random_data(), LossParameters(), SHORT)


def test_stopped_they_go_on_and_end_with_the_same_bits(tmp_path: Path, objective: Objective) -> None:
    whole = new_networks("adv_share_ae", tmp_path / "whole")
    expected = fit_together(whole, objective)
    with pytest.raises(KeyboardInterrupt):
        fit_together(new_networks("adv_share_ae", tmp_path / "stopped"), stopping(objective, 4))
    again = new_networks("adv_share_ae", tmp_path / "stopped")
    found = fit_together(again, objective)
    assert [each.history for each in found] == [each.history for each in expected]
    assert all(torch.equal(one, other) for one, other in zip(states(again), states(whole), strict=True))


def test_alone_a_network_goes_on_from_where_they_stopped(tmp_path: Path, objective: Objective) -> None:
    whole = new_networks("adv_share_ae", tmp_path / "whole")
    fit_together(whole, objective)
    with pytest.raises(KeyboardInterrupt):
        fit_together(new_networks("adv_share_ae", tmp_path / "stopped"), stopping(objective, 4))
    again = new_networks("adv_share_ae", tmp_path / "stopped")
    assert [each.history[0]["epoch"] for each in each_alone(again, objective)] == [1, 1, 1]
    for one, other in zip(states(again), states(whole), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-7, atol=1e-9)


def test_a_network_that_had_stopped_keeps_its_place(tmp_path: Path) -> None:
    losses = [[9.0, 1, 3], [8, 2, 1], [7, 3, 2], [6, 0, 4], [5, 0, 0], [4, 0, 0]]
    schedule = replace(scripted(losses).schedule, checkpoint_every=4)
    whole = new_networks("base_ae", tmp_path / "whole")
    number_networks(whole)
    expected = fit_together(whole, replace(scripted(losses), schedule=schedule))
    stopped = new_networks("base_ae", tmp_path / "stopped")
    number_networks(stopped)
    with pytest.raises(KeyboardInterrupt):
        fit_together(stopped, stopping(replace(scripted(losses), schedule=schedule), 6))
    again = new_networks("base_ae", tmp_path / "stopped")
    number_networks(again)
    found = fit_together(again, replace(scripted(losses[4:]), schedule=schedule))
    assert [each.history for each in found] == [each.history for each in expected]
    assert all(torch.equal(one, other) for one, other in zip(states(again), states(whole), strict=True))


@pytest.mark.parametrize("what", ["one missing", "another epoch"])
def test_they_begin_anew_where_not_all_can_go_on(tmp_path: Path, objective: Objective, what: str) -> None:
    expected = fit_together(new_networks("adv_share_ae", tmp_path / "whole"), objective)
    with pytest.raises(KeyboardInterrupt):
        fit_together(new_networks("adv_share_ae", tmp_path / "stopped"), stopping(objective, 4))
    again = new_networks("adv_share_ae", tmp_path / "stopped")
    if what == "one missing":
        again[1].checkpoint.unlink()
    else:
        with pytest.raises(KeyboardInterrupt):
            fit_together(new_networks("adv_share_ae", tmp_path / "other"), stopping(objective, 3))
        (tmp_path / "other" / "2.checkpoint").replace(again[1].checkpoint)
    found = fit_together(again, objective)
    assert [each.history for each in found] == [each.history for each in expected]


def test_each_gradient_is_clipped_by_its_own_norm(objective: Objective) -> None:
    torch.manual_seed(0)
    gradients = [torch.randn(3, 4, 5), torch.randn(3, 5)]
    for value in gradients:
        value[1] *= 0.01
    alone = copy.deepcopy(gradients)
    clip_each(gradients, replace(objective.schedule, clip_norm=0.7))
    for number in range(3):
        parameters = [torch.zeros_like(value[number]) for value in alone]
        for parameter, value in zip(parameters, alone, strict=True):
            parameter.grad = value[number].clone()
        torch.nn.utils.clip_grad_norm_(parameters, 0.7)
        for parameter, value in zip(parameters, gradients, strict=True):
            torch.testing.assert_close(value[number], cast(Tensor, parameter.grad))
