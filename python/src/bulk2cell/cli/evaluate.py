"""`bulk2cell evaluate`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.cli.options import with_parameters
from bulk2cell.parameters import EvaluateParameters


@with_parameters
def evaluate(
    study: Annotated[Path, typer.Argument(help="Folder of the study.")],
    predictions: Annotated[
        list[Path],
        typer.Argument(help="Folders of predictions on the study's cells, of any strategies and seeds."),
    ],
    out: Annotated[Path, typer.Option(help="Folder of the scores to write.")],
    parameters: EvaluateParameters,
    model: Annotated[
        Path | None, typer.Option(help="Folder of a model whose code is clustered, too.")
    ] = None,
    controls: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder of controls of the predictions' models, for the permutation test; one per strategy."
        ),
    ] = None,
) -> None:
    """Score predictions against the cells' labels: study + predictions -> scores.

    AUROC (signed, never flipped), AUPRC, balanced accuracy, MCC, Brier, calibration error and the confusion
    matrix are compared with constants, sequencing depth, ordinary classifiers and, if given, controls,
    with 95 % intervals over seeds and over samples. Training never sees the labels of the tested cells.

    Example: `bulk2cell evaluate study/ predictions_1/ predictions_2/ --out scores/ --model model_1/`
    """
    from bulk2cell.evaluate.evaluate import evaluate as library

    typer.echo(library(study, predictions, out, parameters, model, controls or ()))
