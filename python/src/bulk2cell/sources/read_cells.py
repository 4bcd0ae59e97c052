"""Read cells from the files that single-cell tools write."""

import warnings
from collections.abc import Collection
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scanpy as sc
import scipy.io
import scipy.sparse as sp

from bulk2cell.errors import InputError
from bulk2cell.parameters import Orientation
from bulk2cell.sources.read_table_cells import read_table_cells

HDF5_MAGIC = b"\x89HDF"


def read_cells(
    path: Path, orientation: Orientation, known: Collection[str]
) -> tuple[ad.AnnData, Orientation]:
    """Read an h5ad, a 10x h5, a 10x folder (matrix, features, barcodes), or a csv, tsv or parquet table.

    Parameters
    ----------
    path
        The file or folder.
    orientation
        For tables only: declared, or auto.
    known
        Gene names by which a table's orientation is told.

    Returns
    -------
    ad.AnnData
        Cells x genes as they stand in the file, X float32.
    Orientation
        That of the file.

    Raises
    ------
    InputError
        If the file is missing, damaged, empty or of no known kind.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file; check the path")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.is_dir():
            cells, found = _read_mtx(path), orientation
        elif path.open("rb").read(4) == HDF5_MAGIC:
            cells, found = _read_hdf5(path), orientation
        elif {".h5ad", ".h5"} & set(path.suffixes):
            raise InputError(f"{path}: empty, cut off or not HDF5; write or download it again")
        else:
            return read_table_cells(path, orientation, known)
    if cells.X is None or 0 in cells.shape:
        raise InputError(
            f"{path}: no cells, no genes or no X; expression must stand in X, so copy it there from a layer or from raw"
        )
    cells.X = (cells.X.tocsr() if hasattr(cells.X, "tocsr") else np.asarray(cells.X)).astype(np.float32)
    return cells, "cells-by-genes" if found == "auto" else found


def _read_hdf5(path: Path) -> ad.AnnData:
    try:
        if path.suffix == ".h5ad":
            return ad.read_h5ad(path)
        return sc.read_10x_h5(path)
    except Exception as error:
        raise InputError(
            f"{path}: cannot be read as h5ad or 10x h5 ({error}); write or download it again"
        ) from error


def _read_mtx(folder: Path) -> ad.AnnData:
    matrix = _one_of(folder, "matrix.mtx")
    features = _one_of(folder, "features.tsv", "genes.tsv")
    barcodes = _one_of(folder, "barcodes.tsv")
    try:
        values = sp.csr_matrix(scipy.io.mmread(matrix).T)
        genes = pd.read_csv(features, sep="\t", header=None, dtype=str, keep_default_na=False)
        cells = pd.read_csv(barcodes, sep="\t", header=None, dtype=str, keep_default_na=False)
    except Exception as error:
        raise InputError(f"{folder}: empty or cut off ({error}); write or download it again") from error
    if values.shape != (len(cells), len(genes)):
        raise InputError(
            f"{matrix}: {values.shape[1]} genes x {values.shape[0]} cells, but {len(genes)} lines in {features.name} and "
            f"{len(cells)} in {barcodes.name}; the three files must belong together"
        )
    symbols = genes[min(1, genes.shape[1] - 1)].tolist()
    var = pd.DataFrame({"gene_ids": genes[0].tolist()}, index=symbols)
    adata = ad.AnnData(values, obs=pd.DataFrame(index=cells[0].tolist()), var=var)
    return adata[:, (genes[2] == "Gene Expression").to_numpy()].copy() if 2 in genes else adata


def _one_of(folder: Path, *names: str) -> Path:
    for name in names:
        for file in (folder / name, folder / f"{name}.gz"):
            if file.is_file():
                return file
    raise InputError(
        f"{folder}: no {' or '.join(names)} (.gz allowed) in it; give a 10x folder, or a file of cells"
    )
