"""`bulk2cell compare`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.cli.sheet_options import Grid, Params, values_of


def compare(
    scores: Annotated[
        list[Path] | None, typer.Argument(help="Folders of scores, of any pairs and gene sets.")
    ] = None,
    *,
    out: Annotated[Path, typer.Option(help="Folder of the comparison.")],
    setting: Annotated[
        list[str] | None,
        typer.Option(help="Name of the setting of each folder of scores, in the same order."),
    ] = None,
    params: Params = None,
    grid: Grid = None,
    failures: Annotated[
        Path | None,
        typer.Option(help="JSON list of failures: pair, stage, message and, if there is one, setting."),
    ] = None,
) -> None:
    """Compare scores that were made elsewhere for the settings of a grid: the table and the page of `benchmark`.

    Give the same --params and --grid as to `settings`, which names the settings. The pipeline uses this command.

    Example: `bulk2cell compare scores_1 scores_2 --setting default --setting dropout=0.1 --grid grid.yaml --out comparison`
    """
    from bulk2cell.grid.compare import compare as library
    from bulk2cell.report.failures import read_failures

    values = values_of(params, None, grid=grid)
    found = read_failures(failures) if failures else []
    typer.echo(library(scores or [], setting or [], values, str(params or "command line"), out, found))
