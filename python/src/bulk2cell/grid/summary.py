"""Means over seeds and gene-set collections, then over pairs."""

import pandas as pd

from bulk2cell.grid.grid import DEFAULT
from bulk2cell.intervals import t_intervals, within_range
from bulk2cell.methods import NO_STRATEGY


def row_name(method: str, strategy: str) -> str:
    """Return a method's name in figures and tables, with its strategy if it has one."""
    return method if strategy == NO_STRATEGY else f"{method}: {strategy}"


def of_default(table: pd.DataFrame, regime: str) -> pd.DataFrame:
    """Return the rows of the default setting in one regime, with a column `name`, see `row_name`."""
    rows = table[(table["setting"] == DEFAULT) & (table["regime"] == regime)]
    names = [
        row_name(method, strategy) for method, strategy in zip(rows["method"], rows["strategy"], strict=True)
    ]
    return rows.assign(name=names)


def per_pair(scores: pd.DataFrame, by: list[str]) -> pd.DataFrame:
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


def over_pairs(values: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return mean and 95 % t-interval over pairs, clipped to the metric's range.

    Parameters
    ----------
    values
        One row per pair, see `per_pair`.

    Returns
    -------
    pd.DataFrame
        The columns of `by`, metric, mean, low, high, n (pairs). One pair has no interval.
    """
    return within_range(t_intervals(values, [*by, "metric"]))


def wide(table: pd.DataFrame, rows: list[str], values: str = "mean") -> pd.DataFrame:
    """Return one row per `rows`, in order of appearance, and one column per metric."""
    return table.pivot_table(index=rows, columns="metric", values=values, sort=False).reset_index()
