"""A study's expression as a trained model takes it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bulk2cell.artefacts.model import TrainedModel
from bulk2cell.artefacts.study import Study
from bulk2cell.cells.standardise import denoise, standardise
from bulk2cell.errors import ArtefactError
from bulk2cell.parameters import Domain


def study_input(model: TrainedModel, study: Study, domain: Domain, rows: NDArray[Any]) -> NDArray[np.float32]:
    """Return expression (rows x the model's genes), standardised with the model's own scaling.

    Parameters
    ----------
    model
        Gives genes, their order and the scaling.
    study
        Gives the expression.
    domain
        Cells or bulk lines.
    rows
        Names of the cells or lines.

    Raises
    ------
    ArtefactError
        If the study lacks genes of the model.
    """
    data = study.cells if domain == "cells" else study.bulk
    missing = [gene for gene in model.genes if gene not in data.var_names]
    if missing:
        raise ArtefactError(
            f"{study.manifest.path}: lacks {len(missing)} of the {len(model.genes)} genes of the model "
            f"{model.manifest.path} ({missing[0]}); give the study that the model was trained on"
        )
    scaling = model.scaling
    X = data[rows, model.genes].X
    if domain == "bulk":
        return standardise(X, scaling.bulk_mean, scaling.bulk_std)
    return denoise(standardise(X, scaling.cell_mean, scaling.cell_std), scaling.cell_components)


def draw_rows(names: NDArray[Any], most: int) -> NDArray[Any]:
    """Draw at most `most` names at random; the draw does not depend on their order."""
    ordered = np.sort(names)
    if len(ordered) <= most:
        return ordered
    return np.sort(np.random.default_rng(0).choice(ordered, most, replace=False))
