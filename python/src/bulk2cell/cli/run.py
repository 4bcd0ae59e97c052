"""`bulk2cell run`."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    sheet: Annotated[Path, typer.Argument(help="Sample sheet, csv: one row per dataset-drug pair.")],
    bulk: Annotated[Path, typer.Option(help="Expression of the bulk lines, lines x genes, log2.")],
    response: Annotated[
        Path, typer.Option(help="Dose response: DATASET, CELL_LINE_NAME, DRUG_NAME, AUC, LN_IC50.")
    ],
    gene_sets: Annotated[list[Path], typer.Option(help="Gene sets, GMT; may be given more than once.")],
    out: Annotated[Path, typer.Option(help="Results folder.")],
    gene_ids: Annotated[Path | None, typer.Option(help="Gene names: identifier, symbol.")] = None,
    params: Annotated[
        Path | None, typer.Option(help="Flat yaml or json file with parameters of any stage.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Models per pair; overrides the params file.")
    ] = None,
    strategies: Annotated[
        str | None, typer.Option(help="Comma-separated, or all; overrides the params file.")
    ] = None,
    skip_attribution: Annotated[
        bool, typer.Option("--skip-attribution", help="Leave out `attribute`.")
    ] = False,
) -> None:
    """Take a sample sheet through all stages, one after the other: pairs -> results folder with a report.

    Columns of the sheet: pair, drug, cells; optional: labels, label_column, sensitive, resistant, sample_column,
    exclude_lines (`A549;HCC827`), tag, scale, orientation. Paths are relative to the sheet.

    A finished stage with unchanged inputs is not repeated. A pair that fails is named at the end and does not stop the
    others; the exit code is then 1.

    Example: `bulk2cell run pairs.csv --bulk ref/gdsc_expression.parquet --response ref/gdsc_response.parquet
    --gene-sets ref/reactome.gmt --out results --seeds 5`
    """
    from bulk2cell.run.overview import overview
    from bulk2cell.run.pair import Reference
    from bulk2cell.run.params_file import make_parameters, read_params_file
    from bulk2cell.run.run import run as library

    given = {"seeds": seeds, "strategies": strategies, "skip_attribution": skip_attribution or None}
    values = {
        **read_params_file(params),
        **{name: value for name, value in given.items() if value is not None},
    }
    parameters = make_parameters(values, str(params or "command line"))
    outcome = library(sheet, Reference(bulk, response, tuple(gene_sets), gene_ids), parameters, out)
    typer.echo(overview(outcome.report))
    typer.echo(outcome.report / "report.html")
    for failure in outcome.failures:
        typer.echo(f"failed: {failure.pair} in {failure.stage}: {failure.message}", err=True)
    if outcome.failures:
        raise typer.Exit(1)
