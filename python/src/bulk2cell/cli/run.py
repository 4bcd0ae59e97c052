"""`bulk2cell run`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bulk2cell.cli.sheet_options import (
    Bulk,
    GeneIds,
    GeneSets,
    Out,
    Params,
    Response,
    Seeds,
    Sheet,
    Strategies,
    end_with,
    values_of,
)

if TYPE_CHECKING:
    from bulk2cell.run.run import Outcome


def run(
    sheet: Sheet = None,
    bulk: Bulk = None,
    response: Response = None,
    gene_sets: GeneSets = None,
    out: Out = None,
    gene_ids: GeneIds = None,
    params: Params = None,
    seeds: Seeds = None,
    strategies: Strategies = None,
    skip_attribution: Annotated[
        bool, typer.Option("--skip-attribution", help="Leave out `attribute`.")
    ] = False,
    skip_controls: Annotated[
        bool, typer.Option("--skip-controls", help="Leave out `controls`, and the permutation test.")
    ] = False,
    screen: Annotated[
        bool, typer.Option("--screen", help="Screen all drugs on every file of cells, too, see `screen`.")
    ] = False,
) -> None:
    """Take a sample sheet through all stages, one after the other: pairs -> results folder with a report.

    Columns of the sheet: pair, drug, cells; optional: labels, label_column, sensitive, resistant, sample_column,
    exclude_lines (`A549;HCC827`), group_column, tag, scale, orientation, layer, use_raw. Paths are relative to the sheet.

    With --screen a row may leave out its drug; its cells are then screened and no more. Rows with the same cells, read and
    grouped alike, share a screen.

    A finished stage with unchanged inputs is not repeated. A pair that fails is named at the end and does not stop the
    others; the exit code is then 1.

    The file of --params holds parameters of all stages, and what the command line does not give: input (the sheet), bulk,
    response, gene_sets (comma-separated), gene_ids, outdir, relative to the working folder. The pipeline reads the same
    file; the parameters that say how it runs are checked and have no effect here.

    Example: `bulk2cell run pairs.csv --bulk ref/gdsc_expression.parquet --response ref/gdsc_response.parquet
    --gene-sets ref/reactome.gmt --out results --seeds 5`

    Example: `bulk2cell run --params params.yaml`
    """
    from bulk2cell.run.inputs import sheet_and_reference
    from bulk2cell.run.params_file import make_parameters
    from bulk2cell.run.run import run as library

    values = values_of(
        params,
        gene_sets,
        input=sheet,
        bulk=bulk,
        response=response,
        gene_ids=gene_ids,
        outdir=out,
        seeds=seeds,
        strategies=strategies,
        skip_attribution=skip_attribution or None,
        skip_controls=skip_controls or None,
        screen=screen or None,
    )
    parameters = make_parameters(values, str(params or "command line"))
    outcome = library(*sheet_and_reference(parameters), parameters, Path(parameters.inputs.outdir))
    show_outcome(outcome)


def show_outcome(outcome: "Outcome") -> None:
    """Print the overview, the page and what failed; the exit code is 1 if something did."""
    from bulk2cell.run.overview import tabulate_results

    typer.echo(tabulate_results(outcome.report))
    typer.echo(outcome.report / "report.html")
    end_with(outcome.failures)
