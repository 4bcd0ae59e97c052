"""`bulk2cell settings`."""

import json

import typer

from bulk2cell.cli.sheet_options import Grid, Params, values_of


def settings(params: Params = None, grid: Grid = None) -> None:
    """List the settings of a grid and run nothing: one JSON object per line.

    The settings are those of `benchmark`: the values of --params, and each value of the grid alone. Each has name,
    parameter, value, regime, study (the setting whose studies it takes), and options: what to append to the command of
    each stage that takes the parameter. The pipeline reads it.

    Example: `bulk2cell settings --params params.yaml --grid grid.yaml`
    """
    from bulk2cell.grid.settings import settings as library

    values = values_of(params, None, grid=grid)
    for setting in library(values, str(params or "command line")):
        typer.echo(json.dumps(setting))
