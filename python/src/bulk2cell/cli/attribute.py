"""`bulk2cell attribute`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.cli.options import with_parameters
from bulk2cell.parameters import AttributeParameters


@with_parameters
def attribute(
    model: Annotated[Path, typer.Argument(help="Folder of the model.")],
    study: Annotated[Path, typer.Argument(help="Folder of the study that the model was trained on.")],
    out: Annotated[Path, typer.Option(help="Folder of the attributions to write.")],
    parameters: AttributeParameters,
) -> None:
    """Find the genes and gene sets behind the calls: model + study -> attributions.

    Integrated gradients of the sensitive logit, in units of the logit, from the mean cell to each cell, for genes
    and for pathway units; then preranked enrichment of the model's gene sets. No label is read.

    Example: `bulk2cell attribute model/ study/ --out attributions/`

    Example: `bulk2cell attribute model/ study/ --out attributions/ --domain bulk`
    """
    from bulk2cell.attribute.attribute import attribute as library

    typer.echo(library(model, study, out, parameters))
