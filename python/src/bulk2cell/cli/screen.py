"""`bulk2cell screen`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.cli.options import with_parameters
from bulk2cell.errors import ParameterError
from bulk2cell.parameters import (
    MOST_REPEATS,
    MOST_SEED,
    READABLE_CELLS,
    CellInput,
    ScreenParameters,
    StudyParameters,
    TrainParameters,
    names_in,
)


@with_parameters
def screen(
    cells: Annotated[Path, typer.Argument(help=f"Cells: {READABLE_CELLS}.")],
    out: Annotated[Path, typer.Option(help="Folder of the screen; it appears whole or not at all.")],
    cell_input: CellInput,
    study: StudyParameters,
    reference: Annotated[
        Path | None,
        typer.Option(help="Folder that `bulk2cell fetch gdsc` wrote; or give --bulk and --response."),
    ] = None,
    bulk: Annotated[Path | None, typer.Option(help="Expression of bulk lines, log2.")] = None,
    response: Annotated[Path | None, typer.Option(help="Dose response of the lines to all drugs.")] = None,
    gene_ids: Annotated[Path | None, typer.Option(help="Gene names: identifier and symbol.")] = None,
    group_column: Annotated[
        str, typer.Option(help="Column of obs with the groups to compare. Default: Leiden clusters.")
    ] = "",
    sample_column: Annotated[
        str, typer.Option(help="Column of obs with the patient, line or library, compared as well.")
    ] = "",
    exclude_lines: Annotated[
        str, typer.Option(help='Cell lines that the cells come from, taken out of the bulk: "PC-9;HCC827".')
    ] = "",
    drugs: Annotated[str, typer.Option(help="Drugs to report, separated by `;`. Default: all.")] = "",
    permutations: Annotated[
        int,
        typer.Option(
            min=200, max=MOST_REPEATS, help="Models that learn permuted responses, for the p values."
        ),
    ] = ScreenParameters.screen_permutations,
    seed: Annotated[
        int, typer.Option(min=0, max=MOST_SEED, help="Seed of everything drawn.")
    ] = TrainParameters.seed,
) -> None:
    """Which drugs these cells may respond to, in which group, and how far to believe it: cells -> **screen**.

    All drugs of the response table at once, by the default strategy; the cells need no label. Writes a table of drugs (what
    they are, how far to trust them on these cells, the group that each sets apart), a table of groups x drugs (mean score,
    share of sensitive cells with an interval, difference to the other groups with p value and FDR) and every cell's
    probabilities. Scores compare the cells of this file with each other: its average cell has 0.5. Then
    `bulk2cell report screen --out report` makes a page of it: a verdict, a heat map, and a table to search.

    Example: `bulk2cell screen my_cells.h5ad --reference reference --out screen`

    Example: `bulk2cell screen my_cells.h5ad --reference reference --group-column cell_type --out screen`
    """
    from bulk2cell.preprocess.reference import find_reference
    from bulk2cell.stages import screen as library

    files = {"bulk": bulk, "response": response, "gene_ids": gene_ids}
    paths = {name: path for name, path in files.items() if path is not None}
    if reference is not None:
        if bulk or response:
            raise ParameterError(
                "reference: does not go with --bulk and --response; give the folder or the files"
            )
        paths = {name: path for name, path in find_reference(reference).items() if name in files} | paths
    if "bulk" not in paths or "response" not in paths:
        raise ParameterError(
            "reference: give the folder that `bulk2cell fetch gdsc` wrote, or --bulk and --response"
        )
    parameters = ScreenParameters(group_column, sample_column, permutations)
    given = parameters, cell_input, study, names_in(exclude_lines), names_in(drugs), seed
    typer.echo(library(cells, out, paths, *given))
