"""Cells of an h5ad with cells as rows, read block by block without AnnData."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.cells.cell_file import SIMULATED, Block, CellFile, cells_at_once
from bulk2cell.errors import InputError
from bulk2cell.genes.ids import SYMBOL_COLUMNS

Read = TypeVar("Read")


def is_streamed(path: Path) -> bool:
    """Tell whether an h5ad's cells can be read in blocks: not empty, dense or csr, of a layout known here."""
    try:
        with h5py.File(path, "r") as file:
            names = [_index(file["obs"]), _index(file["var"])]
            return 0 not in _shape(file["X"]) and all(_is_text(name) and name.ndim == 1 for name in names)
    except Exception:
        return False  # The error is raised where the file is read as a whole.


def streamed(path: Path, file: h5py.File) -> CellFile:
    """Return the cells of an open h5ad.

    Raises
    ------
    InputError
        If X does not fit its names or holds no numbers, or the names of the genes cannot be read.
    """
    try:
        var, simulated = _read_var(file), _read_simulated(file)
    except Exception as error:
        raise InputError(
            f"{path}: the genes' names cannot be read ({error}); write or download it again"
        ) from error
    cells, X = _index(file["obs"]), file["X"]
    dense = isinstance(X, h5py.Dataset)
    shape = _shape(X)
    if shape != (len(cells), len(var)):
        raise InputError(
            f"{path}: X has the shape {shape}, obs and var name {len(cells)} cells and {len(var)} genes; "
            "expression must stand in X: copy it there from a layer or from raw"
        )
    require_numbers(path, (X if dense else X["data"]).dtype)
    values_per_cell = shape[1] if dense else len(X["data"]) // shape[0]
    return CellFile(
        path=path,
        count=shape[0],
        step=cells_at_once(values_per_cell),
        var=var,
        names=_checked(path, lambda start, stop: _text(cells, start, stop)),
        block=_checked(path, _dense_block(X) if dense else _csr_block(X)),
        obs=lambda: _read_obs(path, file),
        simulated=simulated,
        log_base=stated_base(file.get("uns")),
    )


def require_numbers(path: Path, kind: "np.dtype[Any]") -> None:
    """Raise if values of this type are not real numbers.

    Raises
    ------
    InputError
        With the kind.
    """
    if kind.kind not in "biuf":
        raise InputError(f"{path}: X holds values of the kind {kind}; expression must be numbers")


def _read_var(file: h5py.File) -> pd.DataFrame:
    var = file["var"]
    symbols = {name: _text(var[name]) for name in SYMBOL_COLUMNS if _is_text(var.get(name))}
    return pd.DataFrame(symbols, index=_text(_index(var)))


def _read_simulated(file: h5py.File) -> list[str] | None:
    lines = file.get(f"uns/{SIMULATED}/lines")
    return None if lines is None else list(_text(lines))


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
    try:
        return float(np.e if base is None else base[()] if isinstance(base, h5py.Dataset) else base)
    except (TypeError, ValueError):
        return None


def _shape(X: Any) -> tuple[int, ...]:
    """Return cells and genes of X if it is dense or csr, else 0."""
    if isinstance(X, h5py.Dataset):
        return X.shape if X.ndim == 2 else (0,)
    return tuple(X.attrs["shape"]) if X.attrs.get("encoding-type") == "csr_matrix" else (0,)


def _dense_block(X: h5py.Dataset) -> Callable[[int, int], Block]:
    return lambda start, stop: X[start:stop].astype(np.float32, copy=False)


def _csr_block(X: h5py.Group) -> Callable[[int, int], Block]:
    rows, genes = X.attrs["shape"]

    def block(start: int, stop: int) -> sp.csr_matrix:
        bounds = X["indptr"][start : min(stop, rows) + 1]
        entries = slice(bounds[0], bounds[-1])
        indices = X["indices"][entries]
        if len(indices) and not 0 <= indices.min() <= indices.max() < genes:
            raise OSError(f"X names a gene beyond its {genes}")
        values = X["data"][entries].astype(np.float32, copy=False), indices.astype(np.int32, copy=False)
        cells = sp.csr_matrix((*values, bounds - bounds[0]), shape=(len(bounds) - 1, genes), copy=False)
        cells.sum_duplicates()
        return cells

    return block


def _checked(path: Path, read: Callable[[int, int], Read]) -> Callable[[int, int], Read]:
    def block(start: int, stop: int) -> Read:
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                return read(start, stop)
        except Exception as error:
            raise InputError(
                f"{path}: cells {start} to {stop} cannot be read ({error}); write or download it again"
            ) from error

    return block


def _read_obs(path: Path, file: h5py.File) -> pd.DataFrame:
    from anndata.io import read_elem

    try:
        return pd.DataFrame(read_elem(file["obs"]))
    except Exception as error:
        raise InputError(
            f"{path}: the cells' columns cannot be read ({error}); write or download it again"
        ) from error


def _index(frame: h5py.Group) -> Any:
    return frame.get(frame.attrs.get("_index", "_index"))


def _is_text(entry: Any) -> bool:
    if isinstance(entry, h5py.Group):
        categories = entry.get("categories")
        return categories is not None and _is_text(categories)
    return isinstance(entry, h5py.Dataset) and h5py.check_string_dtype(entry.dtype) is not None


def _text(entry: Any, start: int = 0, stop: int | None = None) -> NDArray[Any]:
    if isinstance(entry, h5py.Group):
        categories, codes = np.append(_text(entry["categories"]), "nan"), entry["codes"][start:stop]
        if len(codes) and not -1 <= codes.min() <= codes.max() < len(categories) - 1:
            raise ValueError(f"a code beyond the {len(categories) - 1} categories")
        return np.asarray(categories[codes])
    return np.asarray(entry.asstr()[start:stop], dtype=object)
