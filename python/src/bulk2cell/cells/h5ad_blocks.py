"""Cells of an h5ad with cells as rows, read block by block without AnnData."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp

from bulk2cell.cells.cell_file import SIMULATED, Block, CellFile, cells_at_once
from bulk2cell.cells.h5ad_matrices import Stored
from bulk2cell.cells.h5ad_texts import CATEGORIES, index_of, is_text, length_of, texts_of
from bulk2cell.cells.matrices import require_numbers
from bulk2cell.errors import InputError

Read = TypeVar("Read")


def is_streamed(file: h5py.Group, stored: Stored) -> bool:
    """Tell whether a matrix of an AnnData in a file can be read in blocks: not empty, dense or csr, in a known layout."""
    try:
        names = [index_of(file["obs"]), index_of(stored.var)]
        return 0 not in _shape(stored.matrix) and all(is_text(name) for name in names)
    except Exception:
        return False  # The error is raised where the file is read as a whole.


def streamed(path: Path, file: h5py.Group, name: str, stored: Stored, notes: tuple[str, ...]) -> CellFile:
    """Return the cells of an AnnData in an open file.

    Parameters
    ----------
    name, stored
        The matrix that holds the expression.
    notes
        On its choice.

    Raises
    ------
    InputError
        If the matrix does not fit its names or holds no numbers, or the names of the genes cannot be read.
    """
    try:
        var, simulated = _read_var(stored.var), _read_simulated(file)
    except Exception as error:
        raise InputError(
            f"{path}: the genes' names cannot be read ({error}); write or download it again"
        ) from error
    cells, X = index_of(file["obs"]), stored.matrix
    dense = isinstance(X, h5py.Dataset)
    shape = _shape(X)
    if shape != (length_of(cells), len(var)):
        raise InputError(
            f"{path}: {name} has the shape {tuple(map(int, shape))}, but {length_of(cells)} cells and {len(var)} genes are "
            "named; write it again"
        )
    require_numbers(path, (X if dense else X["data"]).dtype, name)
    values_per_cell = shape[1] if dense else len(X["data"]) // shape[0]
    return CellFile(
        path=path,
        count=shape[0],
        step=cells_at_once(values_per_cell),
        var=var,
        names=checked(path, lambda start, stop: texts_of(cells, start, stop)),
        block=checked(path, dense_block(X) if dense else csr_block(X)),
        obs=lambda: _read_obs(path, file),
        simulated=simulated,
        matrix=name,
        notes=notes,
        log_base=stated_base(file.get("uns")),
    )


def _read_var(var: h5py.Group) -> pd.DataFrame:
    index = index_of(var)
    columns = {name: var[name] for name in var if name != CATEGORIES and var[name] != index}
    texts = {name: texts_of(column) for name, column in columns.items() if is_text(column)}
    return pd.DataFrame(texts, index=texts_of(index))


def _read_simulated(file: h5py.Group) -> list[str] | None:
    lines = file.get(f"uns/{SIMULATED}/lines")
    return None if lines is None else list(texts_of(lines))


def stated_base(uns: Any) -> float | None:
    """Return the base of the logarithm in uns as scanpy's log1p leaves it, none if it left nothing.

    Parameters
    ----------
    uns
        Of an AnnData, or its group in a file.
    """
    if uns is None or "log1p" not in uns:
        return None
    base = uns["log1p"].get("base") if hasattr(uns["log1p"], "get") else None
    base = base[()] if isinstance(base, h5py.Dataset) else base
    try:  # AnnData writes None, the natural logarithm, as an empty value
        return float(np.e if base is None or isinstance(base, h5py.Empty) else base)
    except (TypeError, ValueError):
        return None


def _shape(X: Any) -> tuple[int, ...]:
    """Return cells and genes of X if it is dense or csr, else 0."""
    if isinstance(X, h5py.Dataset):
        return X.shape if X.ndim == 2 else (0,)
    return tuple(X.attrs["shape"]) if X.attrs.get("encoding-type") == "csr_matrix" else (0,)


def dense_block(X: h5py.Dataset) -> Callable[[int, int], Block]:
    """Return what reads cells of a dense matrix in a file."""
    return lambda start, stop: X[start:stop].astype(np.float32, copy=False)


def csr_block(X: h5py.Group) -> Callable[[int, int], Block]:
    """Return what reads cells of a csr matrix in a file."""
    rows, genes = X.attrs["shape"]
    every_bound, every_index, data = X["indptr"], X["indices"], X["data"]

    def block(start: int, stop: int) -> sp.csr_matrix:
        bounds = every_bound[start : min(stop, rows) + 1]
        entries = slice(bounds[0], bounds[-1])
        indices = every_index[entries]
        if len(indices) and not 0 <= indices.min() <= indices.max() < genes:
            raise OSError(f"X names a gene beyond its {genes}")
        values = data[entries].astype(np.float32, copy=False), indices.astype(np.int32, copy=False)
        cells = sp.csr_matrix((*values, bounds - bounds[0]), shape=(len(bounds) - 1, genes), copy=False)
        cells.sum_duplicates()
        return cells

    return block


def checked(path: Path, read: Callable[[int, int], Read]) -> Callable[[int, int], Read]:
    """Return the same with an error in one line, if cells cannot be read."""

    def block(start: int, stop: int) -> Read:
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                return read(start, stop)
        except Exception as error:
            raise InputError(
                f"{path}: cells {start} to {stop} cannot be read ({error}); write or download it again"
            ) from error

    return block


def _read_obs(path: Path, file: h5py.Group) -> pd.DataFrame:
    from anndata.io import read_elem

    try:
        return pd.DataFrame(read_elem(file["obs"]))
    except Exception as error:
        raise InputError(
            f"{path}: the cells' columns cannot be read ({error}); write or download it again"
        ) from error
