"""Highly variable genes of bulk lines and cells, from the mean and the variance of each gene."""

import anndata as ad
import numpy as np
import pandas as pd

BINS = 20  # scanpy's default
DECIMALS = 6  # sums differ in their last bits with the order of the cells


def union_of_variable_genes(bulk: pd.DataFrame, cells: pd.DataFrame | None, number: int) -> "pd.Index[str]":
    """Return the union of the most variable genes of bulk lines and of cells, sorted.

    Parameters
    ----------
    bulk, cells
        Statistics of the same genes, see `variable_genes`. The variance of z-scores says nothing: z-scored cells are None,
        and add no genes of their own.
    number
        Genes taken from each domain.
    """
    names = set(variable_genes(bulk, number))
    if cells is not None:
        names |= set(variable_genes(cells, number))
    return pd.Index(sorted(names))


def linear_statistics(expression: ad.AnnData) -> pd.DataFrame:
    """Return mean and variance of each gene before the log.

    Parameters
    ----------
    expression
        Samples x genes, dense, natural log.
    """
    linear = np.expm1(expression.X)
    return pd.DataFrame(
        {
            "mean": linear.mean(axis=0, dtype=np.float64),
            "variance": linear.var(axis=0, dtype=np.float64, ddof=1),
        },
        index=expression.var_names,
    )


def variable_genes(statistics: pd.DataFrame, number: int) -> list[str]:
    """Return the `number` genes of highest dispersion for their mean (Satija et al., 2015), sorted by name.

    They are those of scanpy's `highly_variable_genes` (flavor seurat), which takes no statistics: genes with as much as the
    last of them are added. Statistics are rounded, so that the order of sums does not matter.

    Parameters
    ----------
    statistics
        index = gene, sorted; columns mean and variance, both before the log.
    """
    if number >= len(statistics):
        return sorted(statistics.index)
    mean, variance = (statistics[name].astype(np.float32).astype(float) for name in ("mean", "variance"))
    dispersion = (variance / mean).where(variance > 0).map(np.log)
    bins = dispersion.groupby(pd.cut(mean.map(np.log1p), BINS), observed=True)
    average, deviation = bins.transform("mean"), bins.transform("std")
    score = ((dispersion - average) / deviation).where(bins.transform("count") > 1, 1.0)
    score = score.where(dispersion.notna()).dropna().round(DECIMALS)
    return sorted(score.index[score >= score.nlargest(number).min()])
