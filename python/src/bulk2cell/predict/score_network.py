"""Score cells with a network in memory, the way a saved model does."""

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.cells.standardise import Scaling
from bulk2cell.model.cell_layers import rounded_layers
from bulk2cell.model.family import family_of
from bulk2cell.model.network import Network
from bulk2cell.predict.first_layer import first_layer, often_first
from bulk2cell.predict.score import score_cells

CELLS_AT_ONCE = 4096


def score_network(network: Network, scaling: Scaling, X: Any) -> NDArray[np.float64]:
    """Return the probability of being sensitive, per cell.

    Parameters
    ----------
    X
        Cells x the network's genes, csr or dense, on the model's scale of expression.
    """
    state = network.state_dict()
    layer, *rest = family_of(network.strategy).cell_layers(
        network.strategy, lambda name: state[name].cpu().numpy()
    )
    genes = often_first(layer, scaling.cell_mean, scaling.cell_std)
    first = first_layer(layer, scaling.cell_mean, scaling.cell_std, scaling.cell_components, genes)
    blocks = (X[start : start + CELLS_AT_ONCE][:, genes] for start in range(0, X.shape[0], CELLS_AT_ONCE))
    return np.concatenate(
        [score_cells(first, rounded_layers(rest), sp.csr_matrix(block)) for block in blocks]
    )
