"""`bulk2cell pretrain`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.cli.options import with_parameters
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters


@with_parameters
def pretrain(
    study: Annotated[Path, typer.Argument(help="Folder of the study.")],
    out: Annotated[Path, typer.Option(help="Folder of the encoder to write.")],
    network: NetworkParameters,
    losses: LossParameters,
    training: TrainParameters,
) -> None:
    """Learn from bulk lines and cells without any response: study -> encoder.

    A killed run continues from its last checkpoint if the same command is run again. `--pretrain-epochs 0` skips
    pretraining and writes an untrained encoder.

    Example: `bulk2cell pretrain study/ --out encoder/ --seed 1`
    """
    from bulk2cell.stages import pretrain as library

    typer.echo(library(study, out, network, losses, training))
