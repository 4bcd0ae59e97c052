"""`bulk2cell check`."""

import json
from pathlib import Path
from typing import Annotated

import typer


def check(
    sheet: Annotated[Path, typer.Argument(help="Sample sheet, csv: one row per dataset-drug pair.")],
    response: Annotated[
        Path | None,
        typer.Option(
            help="Dose response: DATASET, CELL_LINE_NAME, DRUG_NAME, AUC, LN_IC50; without it, drugs are not checked."
        ),
    ] = None,
    no_files: Annotated[
        bool,
        typer.Option(
            "--no-files",
            help="Do not open the files of cells and labels, for example where a container cannot see them.",
        ),
    ] = False,
    screen: Annotated[
        bool, typer.Option("--screen", help="The cells are to be screened: a row may leave out its drug.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the rows as JSON instead, one object per line.")
    ] = False,
) -> None:
    """Check a whole sample sheet (columns, names, cells, labels, drugs) and run nothing: one line per pair.

    `bulk2cell run --help` explains the columns. As JSON, a row holds what the sheet says, without empty fields, and whether
    its cells are labelled, and with --screen the pair in whose folder its screen is; the pipeline reads this.

    Example: `bulk2cell check pairs.csv --response ref/gdsc_response.parquet`
    """
    from bulk2cell.run.check import check as library
    from bulk2cell.run.screen import name_screens

    checked = library(sheet, response, not no_files, screen)
    screens = name_screens([pair for pair, _ in checked]) if screen else {}
    for pair, drug in checked:
        if as_json:
            shared = {"screen": screens[pair.pair]} if screen else {}
            typer.echo(json.dumps({**pair.texts, "labelled": pair.labelled, **shared}))
        else:
            typer.echo(f"{pair.pair}: {drug or 'a screen alone'}")
