from pathlib import Path
from typing import Any

import pytest

from bulk2cell.errors import InputError, ParameterError
from bulk2cell.grid.grid import list_settings, read_grid


def names(grid: dict[str, list[Any]], **values: Any) -> list[str]:
    return [setting.name for setting in list_settings(grid, values, "params", "grid")]


def test_a_grid_is_the_default_and_each_other_value_alone() -> None:
    found = list_settings({"dropout": [0.1, 0.4, 0.5], "label_strategy": ["median"]}, {}, "params", "grid")
    assert [setting.name for setting in found] == [
        "default",
        "dropout=0.1",
        "dropout=0.5",
        "label_strategy=median",
    ]
    varied = found[1].parameters
    assert (varied.network.dropout, varied.study) == (0.1, found[0].parameters.study)
    assert (found[3].parameters.study.label_strategy, found[3].parameters.network.dropout) == ("median", 0.4)


def test_the_default_is_what_the_params_file_says() -> None:
    assert names({"dropout": [0.1, 0.4]}, dropout=0.1) == ["default", "dropout=0.4"]


def test_a_whole_number_is_the_same_value_and_one_given_twice_counts_once() -> None:
    assert names({"dense_weight": [1, 2, 2]}, dense_weight=1.0) == ["default", "dense_weight=2"]


def test_no_grid_is_the_default_alone() -> None:
    assert read_grid(None) == {}
    assert names({}) == ["default"]


def test_the_articles_grid_holds_its_study() -> None:
    found = names(dict(read_grid("article")))
    assert len(found) == 1 + 5 + 4 + 3 + 4 + 3 + 2 + 2 + 2
    assert {"hvg=1000", "min_set_size=31", "free_units=0", "label_strategy=threshold"} <= set(found)


@pytest.mark.parametrize(
    ("grid", "says"),
    [
        ({"droput": [0.1]}, "grid: unknown parameter 'droput'"),
        ({"dropout": [0.1, 1.5]}, "grid: dropout: 1.5 is out of range"),
        ({"dropout": ["high"]}, "grid: dropout: 'high' is not of type float"),
        ({"label_strategy": ["best"]}, "grid: label_strategy: 'best' is not one of"),
        ({"seeds": [1]}, "grid: 'seeds' cannot be varied"),
        ({"seed": [1]}, "grid: 'seed' is set by `run` itself"),
        ({"outdir": ["a"]}, "grid: 'outdir' cannot be varied"),
    ],
)
def test_a_wrong_name_or_value_is_said(grid: dict[str, list[Any]], says: str) -> None:
    with pytest.raises(ParameterError) as error:
        names(grid)
    assert str(error.value).startswith(says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dropout: 0.1", "'dropout': not a list of values"),
        ("dropout: []", "'dropout': not a list of values"),
        ("- 1", "no table"),
        ("", "no table"),
        ("a: [", "neither yaml nor json"),
        ("dropout: [0.1]\ndropout: [0.2]", "'dropout' is there twice"),
        ("dropout: " + 3000 * "[" + 3000 * "]", "nested too deeply"),
    ],
)
def test_a_file_that_is_no_grid_is_refused(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "grid.yaml").write_text(text)
    with pytest.raises(InputError, match=says):
        read_grid(str(tmp_path / "grid.yaml"))
    with pytest.raises(InputError, match="no such grid"):
        read_grid(str(tmp_path / "none.yaml"))
