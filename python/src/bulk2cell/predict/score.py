"""Probabilities of cells, each cell scored by itself."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.calls import make_calls
from bulk2cell.model.cell_layers import RoundedLayer
from bulk2cell.model.exact_product import exact_product
from bulk2cell.predict.first_layer import FirstLayer, through


def score_cells(first: FirstLayer, rest: list[RoundedLayer], cells: sp.csr_matrix) -> NDArray[np.float64]:
    """Return the probability of being sensitive, per cell; it does not depend on the other cells.

    Parameters
    ----------
    first
        The first layer, for the genes of the cells.
    rest
        The other layers, with a ReLU before each, from `rounded_layers`.
    cells
        Cells x genes, on the model's scale of expression.
    """
    values = through(first, cells).astype(np.float64)
    for weight, bias in rest:
        values = exact_product(np.maximum(values, 0, out=values), weight) + bias
    log_odds = values[:, 0]
    return np.exp(-np.logaddexp(0, -log_odds))


def predictions_table(
    names: Sequence[str] | NDArray[np.object_],
    probabilities: NDArray[np.float64],
    width: float | None,
    threshold: float,
) -> pd.DataFrame:
    """Return one row per cell: cell, probability, call."""
    calls = make_calls(probabilities, width, threshold)
    return pd.DataFrame({"cell": names, "probability": probabilities, "call": calls})
