"""Cells of any file on the study's scale and with current gene symbols."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp

from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput
from bulk2cell.preprocess.gene_names import best_names, merge_genes, to_symbols
from bulk2cell.preprocess.scale import Place, log_normalise, settle_scale, totals
from bulk2cell.sources.read_cells import read_cells

SIMULATED = "bulk2cell_simulated"


def load_cells(
    path: Path,
    cell_input: CellInput,
    gene_ids: pd.DataFrame | None,
    target_sum: float,
    known_genes: Collection[str],
) -> tuple[ad.AnnData, dict[str, Any]]:
    """Read cells, name their genes by current symbols and bring counts to log1p of a fixed total.

    Log values and z-scores are taken as they are. No gene is dropped: repeats of a symbol become one.

    Parameters
    ----------
    path
        h5ad, 10x h5, 10x folder, or a csv, tsv or parquet table.
    cell_input
        Declared scale and orientation.
    gene_ids
        Columns identifier and symbol, if there is such a table.
    target_sum
        Total of a cell's counts after normalisation.
    known_genes
        Gene names by which the orientation of a table is told: those of the bulk lines or of the model.

    Returns
    -------
    ad.AnnData
        Cells in the file's order x symbols, sorted; X float32 (csr, but dense for z-scores), natural log. obs: the
        file's columns, n_counts (NaN unless counts) and n_genes (genes above zero; NaN for z-scores).
    dict
        scale, scale_declared, identifiers, orientation, genes, renamed_genes, merged_genes, warnings.

    Raises
    ------
    InputError
        If the file cannot be used: damaged, cells named twice, values missing, infinite or of no known scale, ids
        without a table.
    """
    table_names = set() if gene_ids is None else set(gene_ids["identifier"])
    cells, orientation = read_cells(path, cell_input.orientation, table_names.union(known_genes))
    cells.obs_names = cells.obs_names.astype(str)
    repeated = cells.obs_names[cells.obs_names.duplicated()]
    if len(repeated):
        raise InputError(f"{path}: cell {repeated[0]} occurs twice; give every cell its own name")
    scale = settle_scale(cells.X, cell_input.scale, Place(path, cells.obs_names, cells.var_names))
    naming = to_symbols(best_names(cells.var, gene_ids), gene_ids, path)
    X, symbols = merge_genes(cells.X, cells.var_names, naming.symbols, add=scale == "counts")
    known = ad.AnnData(
        _stored(X, scale), obs=cells.obs, var=pd.DataFrame(index=symbols), uns=_kept_uns(cells.uns)
    )
    known.obs["n_counts"] = totals(X) if scale == "counts" else np.nan
    known.obs["n_genes"] = np.nan if scale == "zscore" else totals(X > 0)
    if scale == "counts":
        log_normalise(known, target_sum)
    return known, {
        "scale": scale,
        "scale_declared": cell_input.scale != "auto",
        "identifiers": naming.identifiers,
        "orientation": orientation,
        "genes": cells.n_vars,
        "renamed_genes": naming.renamed,
        "merged_genes": cells.n_vars - len(symbols),
        "warnings": _warnings(cells, scale, cell_input),
    }


def _stored(X: Any, scale: str) -> Any:
    if scale == "zscore":
        return X.toarray() if isinstance(X, sp.csr_matrix) else X
    return sp.csr_matrix(X)


def _kept_uns(uns: Any) -> dict[str, Any]:
    return {SIMULATED: uns[SIMULATED]} if SIMULATED in uns else {}


def _warnings(cells: ad.AnnData, scale: str, cell_input: CellInput) -> list[str]:
    found = []
    if scale == "zscore":
        origin = "declared" if cell_input.scale == "zscore" else "taken, because some values are negative,"
        found.append(
            f"The cells' values are {origin} as z-scores: they are used as they are, cells and genes are not filtered, "
            "and variable genes come from the bulk lines alone."
        )
    if scale != "counts" and "counts" in cells.layers:
        found.append("The cells' file holds raw counts in layers['counts'] too; X was used.")
    return found
