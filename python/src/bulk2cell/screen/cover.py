"""The smallest set of drugs that covers every group."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp


def cover_groups(covers: NDArray[np.bool_], worth: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the fewest drugs that together cover every group that any covers; of equally many, those of highest worth.

    Parameters
    ----------
    covers
        Drugs x groups.
    worth
        Of each drug, between 0 and 1.

    Returns
    -------
    NDArray
        Positions of the drugs, ascending.
    """
    possible = covers[:, covers.any(axis=0)]
    if not possible.size:
        return np.zeros(0, np.intp)
    cost = 1 - worth / (possible.shape[1] + 1)  # all worth together is less than one drug
    found = milp(
        cost,
        constraints=LinearConstraint(possible.T.astype(float), lb=1),
        integrality=np.ones(len(cost), dtype=np.int64),
        bounds=Bounds(0, 1),
    )
    assert found.x is not None
    return np.flatnonzero(found.x > 0.5)
