import inspect
from collections import Counter
from dataclasses import FrozenInstanceError, fields
from typing import Any, get_args, get_type_hints

import numpy as np
import pandas as pd
import pytest
import torch

from bulk2cell import parameters
from bulk2cell.checked import Checked
from bulk2cell.errors import ParameterError
from bulk2cell.parameters import (
    AttributeParameters,
    CellLabels,
    InputParameters,
    NetworkParameters,
    PredictParameters,
    RunParameters,
    SimulateParameters,
    StudyParameters,
    TrainParameters,
    take,
)
from bulk2cell.simulate.simulate import draw_cells

CLASSES: list[Any] = [
    member
    for _, member in inspect.getmembers(parameters, inspect.isclass)
    if issubclass(member, Checked) and member is not Checked
]
FIELDS = [(group, entry) for group in CLASSES for entry in fields(group)]
NAMES = [f"{group.__name__}.{entry.name}" for group, entry in FIELDS]


def test_every_field_name_is_unique_over_all_classes() -> None:
    assert len(CLASSES) >= 10
    assert [name for name, times in Counter(entry.name for _, entry in FIELDS).items() if times > 1] == []


@pytest.mark.parametrize(("group", "entry"), FIELDS, ids=NAMES)
def test_every_field_has_a_help_text_and_a_default_in_its_range(group: Any, entry: Any) -> None:
    assert len(entry.metadata["help"]) > 10
    low, high = entry.metadata["minimum"], entry.metadata["maximum"]
    assert low is None or entry.default >= low
    assert high is None or entry.default <= high
    assert getattr(group(), entry.name) == entry.default


TEXTS = [(group, entry) for group, entry in FIELDS if get_type_hints(group)[entry.name] is str]


@pytest.mark.parametrize(("group", "entry"), TEXTS, ids=[entry.name for _, entry in TEXTS])
def test_every_text_has_a_form_without_control_characters(group: Any, entry: Any) -> None:
    for control in "\0\n\t\x1b\x7f":
        with pytest.raises(ParameterError, match=f"^{entry.name}: .* is not ") as error:
            group(**{entry.name: f"a{control}b"})
        assert str(error.value).isprintable()


@pytest.mark.parametrize("name", ["account", "partition", "gpu_partition", "image", "pairs"])
def test_what_commands_are_made_of_holds_no_word_of_the_shell(name: str) -> None:
    for text in ("x$(touch F)", "x`touch F`", "x;F", "x F", "x'F", "--export=ALL"):
        with pytest.raises(ParameterError, match=f"^{name}: "):
            parameters.PipelineParameters(**{name: text})


@pytest.mark.parametrize(("group", "entry"), FIELDS, ids=NAMES)
def test_every_number_has_a_smallest_and_a_largest_value(group: Any, entry: Any) -> None:
    if get_type_hints(group)[entry.name] in {int, float}:
        assert None not in (entry.metadata["minimum"], entry.metadata["maximum"])


BOUNDED = [(g, e) for g, e in FIELDS if e.metadata["minimum"] is not None]


@pytest.mark.parametrize(("group", "entry"), BOUNDED, ids=[f"{g.__name__}.{e.name}" for g, e in BOUNDED])
def test_a_value_outside_its_range_is_one_clear_error(group: Any, entry: Any) -> None:
    low, high = entry.metadata["minimum"], entry.metadata["maximum"]
    kind = get_type_hints(group)[entry.name]
    with pytest.raises(ParameterError, match=rf"^{entry.name}: .* out of range; it must be at least {low}"):
        group(**{entry.name: kind(low - 1)})
    group(**{entry.name: kind(low)})
    if high is not None:
        with pytest.raises(ParameterError, match=f"at most {high}$"):
            group(**{entry.name: kind(high + 1)})
        with_it = {"regime": "C"} if entry.name == "shots" else {}
        group(**{entry.name: kind(high)}, **with_it)


CHOICES = [(g, e) for g, e in FIELDS if get_args(get_type_hints(g)[e.name])]


WITH = {"C": {"shots": 1}}


@pytest.mark.parametrize(("group", "entry"), CHOICES, ids=[f"{g.__name__}.{e.name}" for g, e in CHOICES])
def test_a_choice_is_one_of_its_names(group: Any, entry: Any) -> None:
    for choice in get_args(get_type_hints(group)[entry.name]):
        group(**{entry.name: choice}, **WITH.get(choice, {}))
    with pytest.raises(
        ParameterError, match=rf"^{entry.name}: 'guess' is not one of .*; choose one of these"
    ):
        group(**{entry.name: "guess"})


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        (NetworkParameters, "hidden", 32.5),
        (NetworkParameters, "hidden", "32"),
        (NetworkParameters, "dropout", "0.4"),
        (TrainParameters, "freeze_encoder", "yes"),
        (TrainParameters, "seed", None),
        (TrainParameters, "seed", True),
        (PredictParameters, "threshold", True),
    ],
)
def test_a_value_of_another_type_is_one_clear_error(group: Any, name: str, value: object) -> None:
    with pytest.raises(ParameterError, match=rf"^{name}: .* is not of type"):
        group(**{name: value})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_is_finite(value: float) -> None:
    with pytest.raises(ParameterError, match=r"^learning_rate: "):
        TrainParameters(learning_rate=value)


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        (TrainParameters, "seed", 2**32),
        (StudyParameters, "split_seed", 2**64),
        (SimulateParameters, "simulation_seed", 16**5000),
        (NetworkParameters, "hidden", 10**20),
        (NetworkParameters, "dropout", 10**400),
        (AttributeParameters, "permutations", 10**12),
        (RunParameters, "seeds", 10**12),
    ],
    ids=["seed", "split", "simulation", "hidden", "dropout", "permutations", "seeds"],
)
def test_absurd_sizes_are_one_short_error(group: Any, name: str, value: int) -> None:
    with pytest.raises(ParameterError, match=rf"^{name}: .* is out of range; it must be at least") as error:
        group(**{name: value})
    assert len(str(error.value)) < 250


def test_the_largest_seed_is_one_that_every_generator_takes() -> None:
    largest = TrainParameters(seed=2**32 - 1).seed
    np.random.RandomState(largest)
    np.random.default_rng(largest)
    torch.Generator().manual_seed(largest)


def test_the_widest_simulation_still_draws_counts() -> None:
    widest = {entry.name: entry.metadata["maximum"] for entry in fields(SimulateParameters)}
    few = {"sensitive_cells": 200, "resistant_cells": 200, "lines_per_class": 1, "dropout_rate": 0}
    parameters = SimulateParameters(**{**widest, **few})
    profiles = pd.DataFrame(np.zeros((2, 50)), index=["a", "b"], columns=[f"G{i}" for i in range(50)])
    lines = {"sensitive": np.array(["a"]), "resistant": np.array(["b"])}
    cells = draw_cells(profiles, lines, parameters, np.random.default_rng(0))
    assert cells.X.min() >= 0


@pytest.mark.parametrize("value", ["a\0b", "\ud800", "caf\udce9"])
def test_text_that_no_file_can_hold_is_refused(value: str) -> None:
    with pytest.raises(ParameterError, match=r"^outdir: .* is not "):
        InputParameters(outdir=value)


def test_an_error_shows_no_more_than_the_start_of_a_long_value() -> None:
    with pytest.raises(ParameterError) as error:
        NetworkParameters(hidden="x" * 10**6)  # type: ignore[arg-type]
    assert len(str(error.value)) < 250


@pytest.mark.parametrize(
    ("sensitive", "resistant"), [("a,b", " B ,c"), ("S", "s"), ("0", CellLabels().resistant)]
)
def test_a_value_that_means_both_is_refused(sensitive: str, resistant: str) -> None:
    with pytest.raises(
        ParameterError, match=r"^sensitive: .* is in resistant too; list each value in one of the two only"
    ):
        CellLabels(sensitive=sensitive, resistant=resistant)


def test_a_whole_number_is_good_for_a_fraction() -> None:
    assert PredictParameters(call_accuracy=1).call_accuracy == 1


@pytest.mark.parametrize(("regime", "shots"), [("A", 1), ("B", 1), ("C", 0), ("D", 3)])
def test_shots_belong_to_one_regime_alone(regime: Any, shots: int) -> None:
    with pytest.raises(
        ParameterError,
        match=rf"^shots: {shots} does not go with regime {regime} .* give at least 1 in regime C .*, and 0",
    ):
        TrainParameters(regime=regime, shots=shots)


def test_take_leaves_out_what_belongs_to_other_classes() -> None:
    taken = take(NetworkParameters, {"hidden": 3, "seed": 7, "nonsense": 1})
    assert taken == NetworkParameters(hidden=3)


def test_parameters_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        NetworkParameters().hidden = 3  # type: ignore[misc]


def test_the_published_schedule_is_the_default() -> None:
    training, network = TrainParameters(), NetworkParameters()
    assert (training.pretrain_epochs, training.finetune_epochs) == (300, 300)
    assert (training.pretrain_min_epochs, training.finetune_min_epochs) == (20, 100)
    assert (training.patience, training.min_delta) == (5, 1e-4)
    assert (training.learning_rate, training.batch_size) == (1e-3, 256)
    assert (network.hidden, network.dropout, network.noise, network.free_units) == (512, 0.4, 0.1, 5)
    assert (training.regime, training.shots) == ("B", 0)
