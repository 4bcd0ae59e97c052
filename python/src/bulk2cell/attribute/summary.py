"""From attributions per cell to one row per gene or pathway unit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def summarise(
    attributions: NDArray[np.float64],
    inputs: NDArray[np.float32],
    sensitive: NDArray[np.bool_],
    names: Sequence[str],
    name: str,
) -> pd.DataFrame:
    """Return what each input contributes to the calls, sorted by contribution, ties by name.

    Parameters
    ----------
    attributions
        Of the sensitive logit, cells x N.
    inputs
        The values that show whether an input is high or low, cells x N: standardised expression, of the gene or of the
        unit's set.
    sensitive
        Calls, one per cell.
    names
        Of the N inputs.
    name
        The first column: gene or unit.

    Returns
    -------
    pd.DataFrame
        `name`; contribution: mean attribution over cells called sensitive minus that over cells called resistant (all
        cells where a call does not occur); the two means; mean_abs: mean size; direction: Pearson correlation of
        attribution and input over the cells, + where a higher value pushes to sensitive, 0 where either is constant;
        signed: mean_abs with the sign of direction.
    """
    mean_sensitive = _mean(attributions[sensitive])
    mean_resistant = _mean(attributions[~sensitive])
    difference = mean_sensitive - mean_resistant
    size, direction = np.abs(attributions).mean(axis=0), correlate(attributions, inputs)
    table = pd.DataFrame(
        {
            name: list(names),
            "contribution": attributions.mean(axis=0) if np.isnan(difference).any() else difference,
            "mean_sensitive": mean_sensitive,
            "mean_resistant": mean_resistant,
            "mean_abs": size,
            "direction": direction,
            "signed": np.sign(direction) * size,
        }
    )
    return table.sort_values(["contribution", name], ascending=[False, True], ignore_index=True)


def correlate(a: NDArray[np.float64], b: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the Pearson correlation of each column of `a` with that of `b`; 0 where one is constant."""
    a, wide = a - a.mean(axis=0), b.astype(np.float64)
    wide -= wide.mean(axis=0)
    spread = np.sqrt((a**2).sum(axis=0) * (wide**2).sum(axis=0))
    product = (a * wide).sum(axis=0)
    found: NDArray[np.float64] = np.divide(product, spread, out=np.zeros_like(product), where=spread > 0)
    return found


def _mean(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(rows) == 0:
        return np.full(rows.shape[1], np.nan)
    mean: NDArray[np.float64] = rows.mean(axis=0)
    return mean
