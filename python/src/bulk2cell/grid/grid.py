"""The grid: one parameter at a time around the defaults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from bulk2cell.errors import InputError, ParameterError
from bulk2cell.printable import shown
from bulk2cell.run.flat_file import read_flat_file
from bulk2cell.run.params_file import AllParameters, make_parameters

ARTICLE = "article"
DEFAULT = "default"
NOTHING = "-"
LINE = "`name: [value, ...]`"
VARIED = ("study", "network", "losses", "training", "predict")

Grid = Mapping[str, list[Any]]


@dataclass(frozen=True)
class Setting:
    """The parameters of some runs, and the one that differs from the default.

    Attributes
    ----------
    parameter, value
        The one parameter that differs, and its value as text; `-` for the default.
    """

    parameter: str
    value: str
    parameters: AllParameters

    @property
    def name(self) -> str:
        """`default`, or like `dropout=0.3`; also the name of its folder."""
        return DEFAULT if self.parameter == NOTHING else f"{self.parameter}={self.value}"


def read_grid(grid: str | None) -> Grid:
    """Read a grid: a yaml file of `name: [value, ...]`, `article` for the article's study, or none.

    Raises
    ------
    InputError
        If the file is missing, or is not a grid.
    """
    if not grid:
        return {}
    if grid == ARTICLE:
        with as_file(files("bulk2cell.grid").joinpath("article_grid.yaml")) as path:
            return read_flat_file(path, "grid", LINE)
    path = Path(grid)
    values = read_flat_file(path, "grid", LINE)
    if not values:
        raise InputError(f"{path}: no table of parameters; write one {LINE} per line")
    for name, listed in values.items():
        if not isinstance(listed, list) or not listed:
            raise InputError(f"{path}: {shown(name)}: not a list of values; write it like {LINE}")
    return values


def read_settings(values: Mapping[str, Any], where: str) -> tuple[Grid, list[Setting]]:
    """Read the grid that flat parameters name, and return it with its settings, see `read_grid` and `list_settings`."""
    parameters = make_parameters(dict(values), where)
    if parameters.run.screen:
        raise ParameterError(f"{where}: screen: a benchmark compares pairs alone; leave it out")
    grid = parameters.pipeline.grid
    varied = read_grid(grid)
    return varied, list_settings(varied, values, where, f"grid {grid}")


def list_settings(grid: Grid, values: Mapping[str, Any], values_from: str, grid_from: str) -> list[Setting]:
    """Return the default, and each value of each parameter of the grid alone.

    Parameters
    ----------
    grid
        Values by parameter; one that equals the default makes no setting of its own.
    values
        The parameters that all settings share, flat, as in the params file.
    values_from, grid_from
        Names of the two in an error.

    Raises
    ------
    ParameterError
        If a parameter is unknown, cannot be varied, or has a value out of range.
    """
    default = make_parameters(dict(values), values_from)
    settings = {DEFAULT: Setting(NOTHING, NOTHING, default)}
    usual = list_varied_values(default)
    for name, listed in grid.items():
        for value in listed:
            parameters = make_parameters({**values, name: value}, grid_from)
            if name not in usual:
                raise ParameterError(
                    f"{grid_from}: {name!r} cannot be varied; a grid takes {', '.join(sorted(usual))}"
                )
            if value != usual[name]:
                setting = Setting(name, str(value), parameters)
                settings[setting.name] = setting
    return list(settings.values())


def find_alike(setting: Setting, settings: Sequence[Setting]) -> Setting:
    """Return the first setting that preprocesses like this one, whose studies this one takes."""
    return next(other for other in settings if other.parameters.study == setting.parameters.study)


def list_varied_values(parameters: AllParameters) -> dict[str, Any]:
    """Return the values that a grid may vary, by name."""
    groups = [getattr(parameters, group) for group in VARIED]
    values = {entry.name: getattr(group, entry.name) for group in groups for entry in fields(group)}
    return {name: value for name, value in values.items() if name not in {"strategy", "seed", "device"}}
