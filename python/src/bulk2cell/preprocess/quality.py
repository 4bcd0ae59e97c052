"""Quality filter of cells and genes."""

from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np

from bulk2cell.errors import InputError
from bulk2cell.parameters import StudyParameters


def filter_quality(
    cells: ad.AnnData, parameters: StudyParameters, path: Path
) -> tuple[ad.AnnData, list[dict[str, Any]]]:
    """Drop cells with few detected genes, then genes detected in few cells.

    Parameters
    ----------
    cells
        Cells x genes, not z-scores; obs: n_genes.
    parameters
        min_genes_per_cell, min_cells_per_gene.
    path
        The cells' file, for the message.

    Returns
    -------
    ad.AnnData
        What is left.
    list
        What was kept: what, before, after.

    Raises
    ------
    InputError
        If no cell or no gene is left.
    """
    enough = (cells.obs["n_genes"] >= parameters.min_genes_per_cell).to_numpy()
    left = cells[enough]
    detected = np.asarray((left.X > 0).sum(axis=0)).ravel() >= parameters.min_cells_per_gene
    left = left[:, detected].copy()
    if 0 in left.shape:
        raise InputError(
            f"{path}: no cell has {parameters.min_genes_per_cell} genes, or no gene is in "
            f"{parameters.min_cells_per_gene} cells (most genes in a cell: {cells.obs['n_genes'].max():g}); lower "
            "--min-genes-per-cell or --min-cells-per-gene"
        )
    return left, [
        kept(f"cells with at least {parameters.min_genes_per_cell} detected genes", cells.n_obs, left.n_obs),
        kept(f"genes detected in at least {parameters.min_cells_per_gene} cells", cells.n_vars, left.n_vars),
    ]


def kept(what: str, before: int, after: int) -> dict[str, Any]:
    """Return one line of the account of what a study keeps."""
    return {"what": what, "before": int(before), "after": int(after)}
