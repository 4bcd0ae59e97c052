"""`bulk2cell predict`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.cli.options import with_parameters
from bulk2cell.parameters import READABLE_CELLS, CellInput, PredictParameters


@with_parameters
def predict(
    model: Annotated[Path, typer.Argument(help="Folder of the model.")],
    cells: Annotated[
        Path,
        typer.Argument(help=f"Cells: {READABLE_CELLS}; or the folder of a study."),
    ],
    out: Annotated[Path, typer.Option(help="Folder of the predictions to write.")],
    cell_input: CellInput,
    parameters: PredictParameters,
    annotated: Annotated[
        bool, typer.Option(help="Also write the h5ad of the cells with predictions in obs.")
    ] = False,
) -> None:
    """Call every cell sensitive or resistant: model + cells -> predictions.

    Probabilities are of being sensitive, 0 to 1. Cells need no label. Genes that the cells lack are filled with the mean
    of the model's training cells and reported.

    Example: `bulk2cell predict model/ my_cells.h5ad --out predictions/ --annotated`
    """
    from bulk2cell.stages import predict as library

    typer.echo(library(model, cells, out, cell_input, parameters, annotated))
