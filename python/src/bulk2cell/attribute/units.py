"""Names of the pathway units, and the values that give them a direction."""

import numpy as np
from numpy.typing import NDArray

from bulk2cell.artefacts.model import TrainedModel
from bulk2cell.model.mask import decoder_mask


def name_units(model: TrainedModel) -> list[str]:
    """Return the units' names; without a mask they do not stand for gene sets, and are numbered."""
    if model.network.strategy.pathways:
        return model.units
    return [f"unit {number + 1}" for number in range(len(model.units))]


def read_units(model: TrainedModel, x: NDArray[np.float32], code: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the values with which a unit's attribution is correlated: the mean expression of its gene set.

    The sign of a unit's activation means nothing: minus the activation with minus the weights is the same network.
    The expression of its genes has a sign. For units without a gene set the activation is used nevertheless.

    Parameters
    ----------
    x
        Standardised expression, cells x genes.
    code
        Cells x pathway units.

    Returns
    -------
    ndarray
        Cells x pathway units.
    """
    if not model.network.strategy.pathways:
        return code
    sets = model.pathways["set"].nunique()
    mask = decoder_mask(model.genes, model.pathways, 0).numpy()
    return np.concatenate([x @ (mask / mask.sum(axis=0)), code[:, sets:]], axis=1)
