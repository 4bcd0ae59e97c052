"""`bulk2cell pairs`."""

from pathlib import Path
from typing import Annotated

import typer


def pairs(
    name: Annotated[
        str | None, typer.Argument(help="A pair, to print its entry (default: one line per pair).")
    ] = None,
    catalogue: Annotated[
        Path | None,
        typer.Option(help="Your own catalogue of pairs, yaml; its entries replace ours of the same name."),
    ] = None,
) -> None:
    """List the published dataset-drug pairs that `fetch` knows, and which facts about them are unverified.

    With a name, print the pair's entry: how its cells are read and labelled, and the source of each fact. It has the format
    of --catalogue, so that you can correct and use it.

    Example: `bulk2cell pairs`

    Example: `bulk2cell pairs GSE131984_paclitaxel > my_pairs.yaml`, then `bulk2cell fetch GSE131984_paclitaxel
    --catalogue my_pairs.yaml --out reference`
    """
    from bulk2cell.published.describe_pairs import pairs as library

    typer.echo(library(name or "", catalogue), nl=False)
