"""Quality filter of cells and genes."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.errors import InputError
from bulk2cell.parameters import StudyParameters
from bulk2cell.preprocess.survey import Survey

FEWEST_CELLS = 3


def filter_quality(
    survey: Survey, parameters: StudyParameters, path: Path
) -> tuple[NDArray[np.intp], "pd.Index[str]", list[dict[str, Any]]]:
    """Drop cells with few detected genes, then genes detected in few of the cells that are left.

    Z-scores do not show what is detected, so that all cells and genes stay.

    Parameters
    ----------
    parameters
        min_genes_per_cell, min_cells_per_gene.
    path
        The cells' file, for the message.

    Returns
    -------
    NDArray
        Positions in the file of the cells that are left, in the order of their names.
    pd.Index
        Genes that are left, sorted.
    list
        What was kept: what, before, after.

    Raises
    ------
    InputError
        If no cell, no gene or too few cells are left.
    """
    cells, genes = survey.cells, survey.genes
    enough, detected, account = np.ones(len(cells), bool), np.ones(len(genes), bool), []
    if survey.units.scale != "zscore":
        enough = (cells["n_genes"] >= parameters.min_genes_per_cell).to_numpy()
        detected = (genes["cells"] >= parameters.min_cells_per_gene).to_numpy()
        what = f"cells with at least {parameters.min_genes_per_cell} detected genes"
        account.append(kept(what, len(cells), enough.sum()))
        what = f"genes detected in at least {parameters.min_cells_per_gene} cells"
        account.append(kept(what, len(genes), detected.sum()))
    if not (enough.any() and detected.any()):
        raise InputError(
            f"{path}: no cell has {parameters.min_genes_per_cell} genes, or no gene is in "
            f"{parameters.min_cells_per_gene} cells (most genes in a cell: {cells['n_genes'].max():g}); lower "
            "--min-genes-per-cell or --min-cells-per-gene"
        )
    if enough.sum() < FEWEST_CELLS:
        raise InputError(f"{path}: {enough.sum()} cells, at least {FEWEST_CELLS} are needed; give more cells")
    by_name = cells.index.argsort()
    return by_name[enough[by_name]], genes.index[detected], account


def kept(what: str, before: int, after: int) -> dict[str, Any]:
    """Return how many of something a study keeps, as an entry of `kept`."""
    return {"what": what, "before": int(before), "after": int(after)}
