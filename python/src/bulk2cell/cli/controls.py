"""`bulk2cell controls`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.cli.options import with_parameters
from bulk2cell.parameters import ControlParameters, LossParameters, PredictParameters, TrainParameters


@with_parameters
def controls(
    study: Annotated[Path, typer.Argument(help="Folder of the study.")],
    encoder: Annotated[Path, typer.Option(help="Folder of an encoder that was pretrained on this study.")],
    out: Annotated[Path, typer.Option(help="Folder of the controls to write.")],
    losses: LossParameters,
    training: TrainParameters,
    prediction: PredictParameters,
    parameters: ControlParameters,
) -> None:
    """Train models with one part broken on purpose: study + encoder -> controls.

    Permuted source labels (for a p value), an untrained encoder, random gene sets and a dense decoder, as far as the
    encoder's strategy has that part. `evaluate --controls` compares the model with them. No cell label is read.

    Example: `bulk2cell controls study/ --encoder encoder/ --out controls/`
    """
    from bulk2cell.train.controls import controls as library

    typer.echo(library(study, encoder, out, losses, training, prediction, parameters))
