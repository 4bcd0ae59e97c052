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
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the rows as JSON instead, one object per line.")
    ] = False,
) -> None:
    """Check a whole sample sheet (columns, names, cells, labels, drugs) and run nothing: one line per pair.

    `bulk2cell run --help` explains the columns. As JSON, a row holds what the sheet says, without empty fields, and whether
    its cells are labelled; the pipeline reads this.

    Example: `bulk2cell check pairs.csv --response ref/gdsc_response.parquet`
    """
    from bulk2cell.run.check import check as library

    for pair, drug in library(sheet, response, not no_files):
        typer.echo(
            json.dumps({**pair.texts, "labelled": pair.labelled}) if as_json else f"{pair.pair}: {drug}"
        )
