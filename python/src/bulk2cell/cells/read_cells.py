"""Read cells from the files that single-cell tools write."""

import warnings
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import scanpy as sc
import scipy.io
import scipy.sparse as sp

from bulk2cell.cells.cell_file import MATRIX, NOTES
from bulk2cell.cells.check_hdf5 import MOST_PACKED, check_hdf5
from bulk2cell.cells.matrices import LAYER, MAIN, RAW, Look, Matrix, choose_matrix, look_at, require_numbers
from bulk2cell.cells.read_table_cells import read_table_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput, Orientation

HDF5_MAGIC = b"\x89HDF"


def read_cells(path: Path, cell_input: CellInput, known: Collection[str]) -> tuple[ad.AnnData, Orientation]:
    """Read an h5ad, a 10x h5, a 10x folder (matrix, features, barcodes), or a csv, tsv or parquet table.

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
    orientation = cell_input.orientation
    if not path.exists():
        raise InputError(f"{path}: no such file; check the path")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.is_dir():
            cells, found = _read_mtx(path), orientation
        elif path.open("rb").read(4) == HDF5_MAGIC or {".h5ad", ".h5"} & set(path.suffixes):
            cells, found = read_hdf5(path), orientation
        else:
            cells, found = read_table_cells(path, orientation, known)
    cells = _take_matrix(cells, cell_input, path)
    return cells, "cells-by-genes" if found == "auto" else found


def read_hdf5(path: Path) -> ad.AnnData:
    """Read an h5ad or 10x h5 as it is; the X of an h5ad may still have indices beyond its cells or genes.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    check_hdf5(path)
    try:
        if path.suffix == ".h5ad":
            return ad.read_h5ad(path)
        cells = sc.read_10x_h5(path, gex_only=False)
        cells.X.check_format(full_check=True)
        return _expression(cells, cells.var["feature_types"]) if "feature_types" in cells.var else cells
    except Exception as error:
        raise InputError(
            f"{path}: cannot be read as h5ad or 10x h5 ({error}); write or download it again"
        ) from error


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


def _read_mtx(folder: Path) -> ad.AnnData:
    matrix = _one_of(folder, "matrix.mtx")
    features = _one_of(folder, "features.tsv", "genes.tsv")
    barcodes = _one_of(folder, "barcodes.tsv")
    try:
        genes = pd.read_csv(features, sep="\t", header=None, dtype=str, keep_default_na=False)
        cells = pd.read_csv(barcodes, sep="\t", header=None, dtype=str, keep_default_na=False)
        rows, columns, stored, *_ = scipy.io.mminfo(matrix)
        if (rows, columns) != (len(genes), len(cells)):
            raise InputError(
                f"{matrix}: {rows} genes x {columns} cells, but {len(genes)} lines in {features.name} and {len(cells)} in "
                f"{barcodes.name}; the three files must belong together"
            )
        if stored > MOST_PACKED * matrix.stat().st_size:
            raise InputError(f"{matrix}: cannot hold the {stored} values that it claims; download it again")
        values = sp.csr_matrix(scipy.io.mmread(matrix).T)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{folder}: empty or cut off ({error}); write or download it again") from error
    symbols = genes[min(1, genes.shape[1] - 1)].tolist()
    var = pd.DataFrame({"gene_ids": genes[0].tolist()}, index=symbols)
    adata = ad.AnnData(values, obs=pd.DataFrame(index=cells[0].tolist()), var=var)
    return _expression(adata, genes[2]) if 2 in genes else adata


def _expression(cells: ad.AnnData, kinds: "pd.Series[str]") -> ad.AnnData:
    """Leave out antibodies and other features that are not genes."""
    return cells[:, (kinds == "Gene Expression").to_numpy()].copy()


def _one_of(folder: Path, *names: str) -> Path:
    for name in names:
        for file in (folder / name, folder / f"{name}.gz"):
            if file.is_file():
                return file
    raise InputError(
        f"{folder}: no {' or '.join(names)} (.gz allowed) in it; give a 10x folder, or a file of cells"
    )
