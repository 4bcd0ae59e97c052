"""`bulk2cell report`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.report import TITLE


def report(
    artefacts: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Folders of screens, studies, encoders, models, predictions, scores, attributions."
        ),
    ] = None,
    *,
    out: Annotated[Path, typer.Option(help="Folder of the report.")],
    failures: Annotated[
        Path | None,
        typer.Option(help="JSON list of pairs that failed: pair, stage, message and, if any, setting."),
    ] = None,
    title: Annotated[str, typer.Option(help="Heading of the page.")] = TITLE,
) -> None:
    """Make one page of figures, tables, warnings and methods that opens without a network.

    The artefacts may be of any kinds, pairs, strategies and seeds, in any order; the report groups what belongs together.
    The folder also holds its tables as parquet and csv, and predictions.parquet, the predictions of every seed. Without
    scores (cells without labels) the page shows only calls and genes.

    Example: `bulk2cell report screen --out report`

    Example: `bulk2cell report results/*/* --out results/report`
    """
    from bulk2cell.report.failures import read_failures
    from bulk2cell.stages import report as library

    found = read_failures(failures) if failures else []
    typer.echo(library(artefacts or [], out, found, title))
