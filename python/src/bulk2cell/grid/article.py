"""The article's numbers, and the constant predictors to compare them with."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
import yaml

from bulk2cell.methods import ALL_RESISTANT, ALL_SENSITIVE

NEAR = 0.01


@cache
def read_article() -> Mapping[str, Any]:
    """Return source; strategies and resources: {name, accuracy, f1} by name; pairs: {sensitive, resistant} cells.

    Resources, all of one strategy, also have msigdb, the beginning of the name of MSigDB's own file.
    """
    text = files("bulk2cell.grid").joinpath("article.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def resource_of(gene_sets: str) -> Mapping[str, Any] | None:
    """Return the article's resource that gene sets of this name are, called as `fetch` or MSigDB call them."""
    for name, row in read_article()["resources"].items():
        if gene_sets.lower() == name or gene_sets.lower().startswith(row["msigdb"]):
            return dict(row)
    return None


def find_ceiling(accuracy: float) -> float:
    """Return the greatest F1 of the positive class at an accuracy: 2 A / (1 + A), reached without a true negative.

    The bound also holds for means over datasets, since it is concave in the accuracy.
    """
    return 2 * accuracy / (1 + accuracy)


def describe_ceilings() -> str:
    """Name the article's rows that are at their ceiling, and how far below it the others are."""
    rows = [*read_article()["strategies"].values(), *read_article()["resources"].values()]
    gaps = {row["name"]: find_ceiling(row["accuracy"]) - row["f1"] for row in rows}
    at = [name for name, gap in gaps.items() if gap < NEAR]
    below = [f"{name} ({gap:.2f})" for name, gap in gaps.items() if gap >= NEAR]
    return (
        "At accuracy A, F1 of the sensitive class cannot exceed 2A / (1 + A), and reaches it only if no resistant cell is "
        f"called resistant. Of the article's rows {', '.join(at)} are within {NEAR} of that ceiling; below it are "
        f"{', '.join(below)}."
    )


def score_article_constants() -> pd.DataFrame:
    """Return what the two constant predictors score on the article's pairs, by its numbers of cells.

    Returns
    -------
    pd.DataFrame
        pair, sensitive, resistant (cells), method, accuracy, f1.
    """
    rows = []
    for pair, cells in read_article()["pairs"].items():
        sensitive, resistant = cells["sensitive"], cells["resistant"]
        every = sensitive + resistant
        rows += [
            {"pair": pair, **cells, "method": method, "accuracy": right / every, "f1": f1}
            for method, right, f1 in (
                (ALL_SENSITIVE, sensitive, 2 * sensitive / (sensitive + every)),
                (ALL_RESISTANT, resistant, 0.0),
            )
        ]
    return pd.DataFrame(rows)
