"""`bulk2cell benchmark`."""

from typing import Annotated

import typer

from bulk2cell.cli.sheet_options import (
    Bulk,
    GeneIds,
    GeneSets,
    Grid,
    Out,
    Params,
    Response,
    Seeds,
    Sheet,
    Strategies,
    end_with,
    values_of,
)


def benchmark(
    sheet: Sheet = None,
    bulk: Bulk = None,
    response: Response = None,
    gene_sets: GeneSets = None,
    out: Out = None,
    gene_ids: GeneIds = None,
    params: Params = None,
    seeds: Seeds = None,
    strategies: Strategies = None,
    grid: Grid = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Jobs at a time (default: one per core).")] = None,
) -> None:
    """Compare strategies, gene sets and parameters over the pairs of a sample sheet: one table and one page.

    Every pair needs labels. Sheet, reference data and --params are as for `run`. The grid varies one parameter at a time
    around the values of --params; `--grid article` is the article's study. A job is one setting, one pair and one file of
    gene sets, with every strategy and seed, and without attributions or controls.

    The same command again does not repeat what is finished. A job that fails is named at the end and does not stop the
    others; the exit code is then 1. Results: `OUT/benchmark` with benchmark.html, benchmark.parquet and csv; the artefacts
    and logs of the jobs: `OUT/runs`.

    Example: `bulk2cell benchmark pairs.csv --bulk ref/gdsc_expression.parquet --response ref/gdsc_response.parquet
    --gene-sets ref/reactome.gmt --gene-sets ref/hallmark.gmt --strategies all --out results`

    Example: `bulk2cell benchmark --params params.yaml --grid article --jobs 8`
    """
    from bulk2cell.cores import cores
    from bulk2cell.grid.benchmark import benchmark as library

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
        grid=grid,
    )
    outcome = library(values, jobs or cores(), str(params or "command line"))
    if outcome.folder:
        typer.echo(outcome.folder / "benchmark.html")
    end_with(outcome.failures)
