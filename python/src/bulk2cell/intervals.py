"""How far a mean over seeds or over pairs may be off: t-intervals, within what a metric can be; and a share."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from bulk2cell.metrics import METRICS

LEVEL = 0.95


def find_t_intervals(scores: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return mean and 95 % t-interval of every group's values.

    Parameters
    ----------
    scores
        One row per seed or pair, with a column value.
    by
        Columns that make a group.

    Returns
    -------
    pd.DataFrame
        The columns of `by`, mean, low, high, n. One value has no interval: low and high are NaN.
    """
    table = scores.groupby(by, sort=False)["value"].agg(["mean", "std", "count"]).reset_index()
    half = (
        stats.t.ppf((1 + LEVEL) / 2, np.maximum(table["count"] - 1, 1))
        * table["std"]
        / np.sqrt(table["count"])
    )
    return table.assign(low=table["mean"] - half, high=table["mean"] + half, n=table["count"]).drop(
        columns=["std", "count"]
    )[[*by, "mean", "low", "high", "n"]]


def clip_to_range(intervals: pd.DataFrame) -> pd.DataFrame:
    """Cut t-intervals, which know no bounds, to what a metric can be, see `METRICS`; others are 0 to 1.

    Parameters
    ----------
    intervals
        Columns metric, low, high.
    """
    lowest = intervals["metric"].map({name: metric.lowest for name, metric in METRICS.items()}).fillna(0.0)
    highest = intervals["metric"].map({name: metric.highest for name, metric in METRICS.items()}).fillna(1.0)
    return intervals.assign(
        low=intervals["low"].clip(lower=lowest), high=intervals["high"].clip(upper=highest)
    )


def find_wilson_interval(hits: "pd.Series[float]", count: "pd.Series[float]") -> tuple[Any, Any]:
    """Return the 95 % interval of each share hits / count (Wilson, JASA 1927); NaN where the count is 0."""
    z = stats.norm.ppf((1 + LEVEL) / 2)
    share = hits / count
    middle, spread = (
        share + z**2 / (2 * count),
        z * np.sqrt((share * (1 - share) + z**2 / (4 * count)) / count),
    )
    return (middle - spread) / (1 + z**2 / count), (middle + spread) / (1 + z**2 / count)
