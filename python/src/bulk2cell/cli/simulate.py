"""`bulk2cell simulate`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.cli.options import with_parameters
from bulk2cell.parameters import Measure, Release, SimulateParameters


@with_parameters
def simulate(
    parameters: SimulateParameters,
    out: Annotated[Path, typer.Option(help="The h5ad to write; with --demo or --synthetic, a folder.")],
    bulk: Annotated[
        Path | None, typer.Option(help="Expression of the bulk lines, lines x genes, log2.")
    ] = None,
    response: Annotated[Path | None, typer.Option(help="Dose response of the lines.")] = None,
    drug: Annotated[str | None, typer.Option(help="Drug whose response labels the cells.")] = None,
    release: Annotated[
        Release, typer.Option(help="GDSC release; auto: GDSC2 if the drug is in it.")
    ] = "auto",
    measure: Annotated[Measure, typer.Option(help="Response measure; low means sensitive.")] = "AUC",
    demo: Annotated[
        bool,
        typer.Option(
            "--demo",
            help="Make the five pairs of `bulk2cell demo`. Their drugs, sizes and seeds are fixed: of the other options "
            "only --bulk, --response and --out apply.",
        ),
    ] = False,
    synthetic: Annotated[
        bool,
        typer.Option(
            "--synthetic", help="Make bulk lines, response, gene sets and cells from the seed alone."
        ),
    ] = False,
) -> None:
    """Simulate single cells whose response is known, as raw counts.

    The cells are drawn from real cell lines, which `preprocess` then holds out of the source; their label is their
    line's own response. `--synthetic` needs no data: response to the drug Plantedmab depends on two known gene sets.
    `--synthetic` and `--demo` write a sample sheet too, pairs.csv.

    Example: `bulk2cell simulate --bulk ref/gdsc_expression.parquet --response ref/gdsc_response.parquet --drug Cisplatin
    --out cells.h5ad`

    Example: `bulk2cell simulate --synthetic --out world`, then `bulk2cell run world/pairs.csv --bulk world/bulk.parquet
    --response world/response.parquet --gene-sets world/gene_sets.gmt`
    """
    if synthetic and not demo:
        from bulk2cell.simulate.synthesise import synthesise

        typer.echo(synthesise(out, parameters))
    elif demo and bulk and response:
        from bulk2cell.simulate.simulate_pairs import simulate_pairs

        typer.echo(simulate_pairs(bulk, response, out))
    elif drug and bulk and response:
        from bulk2cell.simulate.simulate import simulate as library

        typer.echo(library(bulk, response, drug, parameters, out, release, measure))
    else:
        raise typer.BadParameter("give --bulk and --response with --drug or --demo, or give --synthetic")
