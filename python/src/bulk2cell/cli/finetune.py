"""`bulk2cell finetune`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.cli.options import with_parameters
from bulk2cell.parameters import LossParameters, TrainParameters
from bulk2cell.regimes import WITH_LABELS, with_letters


@with_parameters
def finetune(
    study: Annotated[Path, typer.Argument(help="Folder of the study.")],
    encoder: Annotated[Path, typer.Option(help="Folder of the encoder that was pretrained on this study.")],
    out: Annotated[Path, typer.Option(help="Folder of the model to write.")],
    losses: LossParameters,
    training: TrainParameters,
    shots_from: Annotated[
        Path | None, typer.Option(help=f"Folder of the shots, in {with_letters(WITH_LABELS)}.")
    ] = None,
) -> None:
    """Learn the response of labelled cell lines: study + encoder -> model.

    The state with the lowest loss on held-out lines is kept. No cell label is read except those of the shots.

    Example: `bulk2cell finetune study/ --encoder encoder/ --out model/ --seed 1`
    """
    from bulk2cell.stages import finetune as library

    typer.echo(library(study, encoder, out, losses, training, shots_from))
