"""Read cells from the files that single-cell tools write."""

import warnings
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import scanpy as sc
from anndata.io import read_elem

from bulk2cell.cells.cell_file import MATRIX, NOTES
from bulk2cell.cells.check_zarr import check_zarr
from bulk2cell.cells.h5ad_matrices import find_anndata
from bulk2cell.cells.kinds import Kind, kind_of_cells
from bulk2cell.cells.matrices import LAYER, MAIN, RAW, Look, Matrix, choose_matrix, look_at, require_numbers
from bulk2cell.cells.read_mtx import read_mtx
from bulk2cell.cells.read_table_cells import read_table_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput, Orientation


def read_cells(path: Path, cell_input: CellInput, known: Collection[str]) -> tuple[ad.AnnData, Orientation]:
    """Read cells of any kind, see `bulk2cell.cells.kinds`.

    Parameters
    ----------
    path
        The file or folder.
    cell_input
        The orientation is for tables only, layer and raw are for an AnnData.
    known
        Gene names, to find a table's orientation.

    Returns
    -------
    ad.AnnData
        Cells x genes as they are in the file, X float32.
    Orientation
        That of the file.

    Raises
    ------
    InputError
        If the file is missing, damaged, empty or of no known kind.
    """
    kind = kind_of_cells(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if kind == "table":
            cells, found = read_table_cells(path, cell_input.orientation, known)
        else:
            cells, found = READERS[kind](path), cell_input.orientation
    cells = _take_matrix(cells, cell_input, path)
    return cells, "cells-by-genes" if found == "auto" else found


def read_hdf5(path: Path) -> ad.AnnData:
    """Read an h5ad, the genes of an h5mu, or a 10x h5 as it is; indices may still be beyond its cells or genes.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    kind = kind_of_cells(path)
    try:
        if kind == "h5ad":
            return ad.read_h5ad(path)
        if kind == "h5mu":
            with h5py.File(path, "r") as file:
                return cast(ad.AnnData, read_elem(find_anndata(file, path)[0]))
        cells = sc.read_10x_h5(path, gex_only=False)
        cells.X.check_format(full_check=True)
        return cells
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{path}: cannot be read as {kind} ({error}); write or download it again") from error


def read_zarr(path: Path) -> ad.AnnData:
    """Read a zarr store of an AnnData as it is.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    check_zarr(path)
    try:
        return ad.read_zarr(path)
    except Exception as error:
        raise InputError(f"{path}: cannot be read as zarr ({error}); write or download it again") from error


READERS: Mapping[Kind, Callable[[Path], ad.AnnData]] = {
    "h5ad": read_hdf5,
    "h5mu": read_hdf5,
    "10x h5": read_hdf5,
    "mtx": read_mtx,
    "zarr": read_zarr,
}


def _take_matrix(cells: ad.AnnData, cell_input: CellInput, path: Path) -> ad.AnnData:
    """Return cells with the matrix that holds the expression as X, its genes as var, its name and a note on it in uns."""
    matrices: dict[str, tuple[Any, pd.DataFrame]] = {} if cells.X is None else {MAIN: (cells.X, cells.var)}
    matrices |= {f"{LAYER}{name}": (values, cells.var) for name, values in cells.layers.items()}
    if cells.raw is not None:
        matrices[RAW] = (cells.raw.X, cells.raw.var)
    looks = [Matrix(name, X.shape[1], partial(_look, X)) for name, (X, _) in matrices.items()]
    name, notes = choose_matrix(looks, cell_input, path)
    X, var = matrices[name]
    if 0 in X.shape:
        raise InputError(f"{path}: {name} has no cells or no genes; give a file with expression")
    chosen = ad.AnnData(_checked(path, X, name), obs=cells.obs, var=var, uns=cells.uns)
    chosen.uns[MATRIX] = name
    chosen.uns[NOTES] = [*cells.uns.get(NOTES, []), *notes]
    return chosen


def _look(X: Any) -> Look:
    return look_at(X.data if hasattr(X, "tocsr") else X)


def _checked(path: Path, X: Any, name: str) -> Any:
    """Return X as float32, dense or csr without repeats, if its indices are within its shape."""
    require_numbers(path, X.dtype, name)
    if not hasattr(X, "tocsr"):
        with np.errstate(over="ignore"):
            return np.asarray(X, dtype=np.float32)
    try:
        X.check_format(full_check=True)
    except ValueError as error:
        raise InputError(f"{path}: {name} is damaged ({error}); write or download it again") from error
    with np.errstate(over="ignore"):
        rows = X.tocsr().astype(np.float32)
    rows.sum_duplicates()
    return rows
