"""`bulk2cell check`."""

from pathlib import Path
from typing import Annotated

import typer


def check(
    sheet: Annotated[Path, typer.Argument(help="Sample sheet, csv: one row per dataset-drug pair.")],
    response: Annotated[
        Path, typer.Option(help="Dose response: DATASET, CELL_LINE_NAME, DRUG_NAME, AUC, LN_IC50.")
    ],
    no_files: Annotated[
        bool,
        typer.Option(
            "--no-files", help="Do not check that the files exist, as where a container cannot see them."
        ),
    ] = False,
) -> None:
    """Check a whole sample sheet (columns, names, files, drugs) and run nothing: one line per pair.

    The columns are those of `bulk2cell run --help`.

    Example: `bulk2cell check pairs.csv --response ref/gdsc_response.parquet`
    """
    from bulk2cell.run.check import check as library

    for pair, drug in library(sheet, response, not no_files).items():
        typer.echo(f"{pair}: {drug}")
