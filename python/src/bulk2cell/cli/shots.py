"""`bulk2cell shots`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.parameters import MOST_CELLS_OF_A_FILE, MOST_SEED, TrainParameters
from bulk2cell.regimes import WITH_LABELS, WITH_SHOTS, Regime, with_letters


def shots(
    study: Annotated[Path, typer.Argument(help="Folder of the study.")],
    out: Annotated[Path, typer.Option(help="Folder of the shots to write.")],
    regime: Annotated[
        Regime, typer.Option(help=f"What training may see of the target: {with_letters(WITH_LABELS)}.")
    ],
    shots: Annotated[
        int,
        typer.Option(
            min=0,
            max=MOST_CELLS_OF_A_FILE,
            help=f"Labelled cells of each class in {with_letters(WITH_SHOTS)}; else 0.",
        ),
    ] = TrainParameters.shots,
    seed: Annotated[
        int, typer.Option(min=0, max=MOST_SEED, help=f"Seed of the draw in {with_letters(WITH_SHOTS)}.")
    ] = TrainParameters.seed,
) -> None:
    """Draw labelled cells that a model may learn from: study -> shots.

    `finetune --shots-from` learns from them, and `evaluate` leaves them out of the test. Training sees no
    other cell label.

    Example: `bulk2cell shots study/ --out shots/ --regime C --shots 5 --seed 1`
    """
    from bulk2cell.stages import shots as library

    typer.echo(library(study, out, regime, shots, seed))
