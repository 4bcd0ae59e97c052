"""Means over seeds and gene-set collections, then over pairs."""

import pandas as pd

from bulk2cell.grid.grid import DEFAULT
from bulk2cell.intervals import clip_to_range, find_t_intervals
from bulk2cell.methods import NO_STRATEGY


def name_row(method: str, strategy: str) -> str:
    """Return a method's name in figures and tables, with its strategy if it has one."""
    return method if strategy == NO_STRATEGY else f"{method}: {strategy}"


def select_default(table: pd.DataFrame, regime: str) -> pd.DataFrame:
    """Return the rows of the default setting in one regime, with a column `name`, see `name_row`."""
    rows = table[(table["setting"] == DEFAULT) & (table["regime"] == regime)]
    names = [
        name_row(method, strategy) for method, strategy in zip(rows["method"], rows["strategy"], strict=True)
    ]
    return rows.assign(name=names)


def average_per_pair(scores: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Average over seeds, then over gene-set collections unless they are among `by`.

    Parameters
    ----------
    scores
        Columns pair, gene_sets, metric, value and those of `by`.
    by
        Columns that distinguish the rows of the result, in addition to pair and metric.

    Returns
    -------
    pd.DataFrame
        The columns of `by`, pair, metric, value.
    """
    keys = [*by, "pair", "metric"]
    inner = list(dict.fromkeys([*keys, "gene_sets"]))
    seeds = scores.groupby(inner, sort=False)["value"].mean().reset_index()
    return seeds.groupby(keys, sort=False)["value"].mean().reset_index()


def average_over_pairs(values: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return mean and 95 % t-interval over pairs, clipped to the metric's range.

    Parameters
    ----------
    values
        One row per pair, see `average_per_pair`.

    Returns
    -------
    pd.DataFrame
        The columns of `by`, metric, mean, low, high, n (pairs). One pair has no interval.
    """
    return clip_to_range(find_t_intervals(values, [*by, "metric"]))


def widen(table: pd.DataFrame, rows: list[str], values: str = "mean") -> pd.DataFrame:
    """Return one row per `rows`, in order of appearance, and one column per metric."""
    return table.pivot_table(index=rows, columns="metric", values=values, sort=False).reset_index()
