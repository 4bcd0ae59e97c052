"""The settings of a grid, for running them elsewhere, as the pipeline does."""

from collections.abc import Mapping
from typing import Any

from bulk2cell.grid.grid import NOTHING, Setting, find_alike, list_varied_values, read_settings
from bulk2cell.pipeline.parameter_groups import STAGES, stage_parameters


def settings(values: Mapping[str, Any], where: str) -> list[dict[str, Any]]:
    """List the settings of a grid.

    Parameters
    ----------
    values
        Parameters that all settings share, flat, by name, and `grid`.
    where
        Name of the values in an error.

    Returns
    -------
    list of dict
        name, parameter, value; regime; study (the setting whose studies it takes, its own name or an earlier one's);
        options (what to append to the command of each stage that takes the parameter).
    """
    _, found = read_settings(values, where)
    return [
        {
            "name": setting.name,
            "parameter": setting.parameter,
            "value": setting.value,
            "regime": setting.parameters.training.regime,
            "study": find_alike(setting, found).name,
            "options": _options(setting),
        }
        for setting in found
    ]


def _options(setting: Setting) -> dict[str, str]:
    if setting.parameter == NOTHING:
        return {}
    value = list_varied_values(setting.parameters)[setting.parameter]
    flag = setting.parameter.replace("_", "-")
    option = (
        {True: f"--{flag}", False: f"--no-{flag}"}[value] if isinstance(value, bool) else f"--{flag} {value}"
    )
    stages = [
        stage for stage in STAGES if setting.parameter in {entry.name for entry in stage_parameters(stage)}
    ]
    return dict.fromkeys(stages, option)
