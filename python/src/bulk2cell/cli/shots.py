"""`bulk2cell shots`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.parameters import MOST_CELLS_OF_A_FILE, MOST_SEED, Regime, TrainParameters


def shots(
    study: Annotated[Path, typer.Argument(help="Folder of the study.")],
    out: Annotated[Path, typer.Option(help="Folder of the shots to write.")],
    regime: Annotated[
        Regime, typer.Option(help="C: --shots cells per class; D: half of the smaller class, a ceiling.")
    ],
    shots: Annotated[
        int,
        typer.Option(
            min=0, max=MOST_CELLS_OF_A_FILE, help="Labelled cells per class in regime C; 0 in regime D."
        ),
    ] = TrainParameters.shots,
    seed: Annotated[
        int, typer.Option(min=0, max=MOST_SEED, help="Seed of the draw in regime C.")
    ] = TrainParameters.seed,
) -> None:
    """Draw labelled cells for regimes C and D: study -> shots.

    `finetune --shots-from` learns from them, and `evaluate` leaves them out of the test. Training sees no
    other cell label.

    Example: `bulk2cell shots study/ --out shots/ --regime C --shots 5 --seed 1`
    """
    from bulk2cell.evaluate.shots import shots as library

    typer.echo(library(study, out, regime, shots, seed))
