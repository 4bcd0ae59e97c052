"""Highly variable genes of bulk lines and cells."""

import warnings

import anndata as ad
import pandas as pd
import scanpy as sc


def union_of_variable_genes(
    bulk: ad.AnnData, cells: ad.AnnData, number: int, zscored: bool
) -> "pd.Index[str]":
    """Return the union of the most variable genes of bulk lines and of cells, sorted.

    The variance of z-scores says nothing, so that z-scored cells add no genes of their own.

    Parameters
    ----------
    bulk, cells
        Over the same genes, natural log.
    number
        Genes taken from each domain.
    """
    names = set(variable_genes(bulk, number))
    if not zscored:
        names |= set(variable_genes(cells, number))
    return pd.Index(sorted(names))


def variable_genes(expression: ad.AnnData, number: int) -> list[str]:
    """Return the `number` genes of highest dispersion for their mean (Satija et al., 2015), sorted by name.

    Parameters
    ----------
    expression
        Samples x genes, natural log.
    """
    if number >= expression.n_vars:
        return sorted(expression.var_names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = sc.pp.highly_variable_genes(expression, n_top_genes=number, flavor="seurat", inplace=False)
    return sorted(expression.var_names[table["highly_variable"].to_numpy()])
