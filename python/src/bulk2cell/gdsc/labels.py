"""Source labels: which cell lines count as sensitive (1) or resistant (0) to a drug."""

from typing import Any

import numpy as np
import pandas as pd

from bulk2cell.parameters import LabelStrategy

STRAIGHT_LINE = 0.95  # Pearson's r; Barretina et al., Nature 2012


def response_labels(
    response: "pd.Series[float]", strategy: LabelStrategy, extreme_fraction: float, threshold: float
) -> "pd.Series[Any]":
    """Turn a response measure, low = sensitive, into labels.

    Parameters
    ----------
    response
        AUC or LN_IC50 by cell line, without missing values.
    strategy
        extreme: the lowest and the highest `extreme_fraction` of the lines, the middle unlabelled;
        median: below it is sensitive; waterfall: see `waterfall_cut`; threshold: below `threshold`.
    extreme_fraction
        Fraction of lines at each end.
    threshold
        Cut of the threshold strategy, in units of the measure.

    Returns
    -------
    pd.Series
        1.0 sensitive, 0.0 resistant, NaN unlabelled, by cell line.
    """
    if strategy == "extreme":
        low, high = response.quantile(extreme_fraction), response.quantile(1 - extreme_fraction)
        labels = pd.Series(np.nan, index=response.index, name="label")
        labels[response >= high] = 0.0
        labels[response <= low] = 1.0
        return labels
    cut = {"median": response.median(), "waterfall": waterfall_cut(response), "threshold": threshold}[
        strategy
    ]
    return (response < cut).astype(float).rename("label")


def waterfall_cut(response: "pd.Series[float]") -> float:
    """Return the response at the elbow of the sorted curve (Barretina et al., Nature 2012).

    If the sorted responses are close to a straight line (Pearson r >= 0.95) it is the median; else the point
    farthest from the line between the two ends.
    """
    ordered = np.sort(response.to_numpy(dtype=float))
    position = np.linspace(0, 1, len(ordered))
    spread = ordered[-1] - ordered[0]
    if spread == 0 or np.corrcoef(position, ordered)[0, 1] >= STRAIGHT_LINE:
        return float(np.median(ordered))
    height = (ordered - ordered[0]) / spread
    return float(ordered[np.argmax(np.abs(height - position))])
