"""How far the attributions of different seeds agree."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

TOP = 50
MEANS = ["signed", "contribution", "mean_sensitive", "mean_resistant", "mean_abs", "direction"]


@dataclass(frozen=True)
class Agreement:
    """Mean over all pairs of seeds.

    Attributes
    ----------
    seeds
        Number of seeds.
    spearman
        Rank correlation of the signed attributions of all genes.
    overlap
        Fraction of shared genes among the top 50 by mean absolute attribution.
    """

    seeds: int
    spearman: float
    overlap: float


def measure_agreement(genes: pd.DataFrame) -> Agreement | None:
    """Return the agreement of two seeds or more, None with one.

    Parameters
    ----------
    genes
        Columns gene, signed, seed.
    """
    wide = genes.pivot_table(index="gene", columns="seed", values="signed").fillna(0.0)
    pairs = list(combinations(wide.columns, 2))
    if not pairs:
        return None
    ranks = wide.corr(method="spearman")
    top = {seed: set(wide[seed].abs().nlargest(TOP).index) for seed in wide}
    shared = [len(top[a] & top[b]) / max(len(top[a]), 1) for a, b in pairs]
    return Agreement(
        seeds=wide.shape[1],
        spearman=float(np.mean([ranks.to_numpy()[i, j] for i, j in combinations(range(len(ranks)), 2)])),
        overlap=sum(shared) / len(shared),
    )


def average_over_seeds(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the means of each gene or unit over seeds, the strongest first.

    Parameters
    ----------
    table
        Columns `name`, contribution, mean_sensitive, mean_resistant, mean_abs, direction, signed, seed.
    name
        gene or unit.

    Returns
    -------
    pd.DataFrame
        `name`, the means of the numbers, seeds, and same_sign: the fraction of seeds where `signed` has the sign of
        its mean; sorted by the absolute mean of `signed`.
    """
    groups = table.groupby(name, sort=True)
    means = groups[MEANS].mean()
    same = (table["signed"] > 0) == (table[name].map(means["signed"]) > 0)
    joined = means.assign(
        seeds=groups["seed"].nunique(), same_sign=same.groupby(table[name]).mean()
    ).reset_index()
    order = joined["signed"].abs().sort_values(ascending=False, kind="stable").index
    return joined.loc[order].reset_index(drop=True)


def average_enrichment(table: pd.DataFrame) -> pd.DataFrame:
    """Return each set's mean NES and median FDR over seeds, sorted by FDR, then by absolute NES.

    Returns
    -------
    pd.DataFrame
        set, size, nes, fdr, seeds, significant (seeds with FDR < 0.05), leading_genes (of the first seed).
    """
    groups = table.sort_values("seed", kind="stable").groupby("set", sort=True)
    joined = pd.DataFrame(
        {
            "size": groups["size"].first(),
            "nes": groups["nes"].mean(),
            "fdr": groups["fdr"].median(),
            "seeds": groups["seed"].nunique(),
            "significant": (table["fdr"] < 0.05).groupby(table["set"]).sum(),
            "leading_genes": groups["leading_genes"].first(),
        }
    ).reset_index()
    order = joined.assign(strength=-joined["nes"].abs()).sort_values(["fdr", "strength", "set"]).index
    return joined.loc[order].reset_index(drop=True)
