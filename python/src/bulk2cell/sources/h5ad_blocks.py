"""Cells of an h5ad with cells as rows, read block by block without AnnData."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.errors import InputError
from bulk2cell.sources.cell_file import COUNTS_LAYER, SIMULATED, Block, CellFile, cells_at_once
from bulk2cell.sources.gene_ids import SYMBOL_COLUMNS


def is_streamed(path: Path) -> bool:
    """Tell whether a file is an h5ad whose cells can be read in blocks: not empty, dense or csr, of a layout known here."""
    if path.suffix != ".h5ad":
        return False
    try:
        with h5py.File(path, "r") as file:
            frames = [frame for frame in (file["obs"], file["var"]) if isinstance(frame, h5py.Group)]
            names = [index for index in map(_index, frames) if isinstance(index, h5py.Dataset)]
            return 0 not in _shape(file["X"]) and len(names) == 2 and all(map(_is_text, names))
    except (OSError, KeyError):
        return False


def streamed(path: Path, file: h5py.File) -> CellFile:
    """Return the cells of an open h5ad.

    Raises
    ------
    InputError
        If X does not fit its names.
    """
    genes, cells, X = _text(_index(file["var"])), _index(file["obs"]), file["X"]
    dense = isinstance(X, h5py.Dataset)
    shape = _shape(X)
    if shape != (len(cells), len(genes)):
        raise InputError(
            f"{path}: X has the shape {shape}, obs and var name {len(cells)} cells and {len(genes)} genes; "
            "expression must stand in X: copy it there from a layer or from raw"
        )
    values_per_cell = shape[1] if dense else len(X["data"]) // shape[0]
    simulated = file.get(f"uns/{SIMULATED}/lines")
    return CellFile(
        path=path,
        count=shape[0],
        step=cells_at_once(values_per_cell),
        var=pd.DataFrame(
            {name: _text(file["var"][name]) for name in SYMBOL_COLUMNS if _is_text(file["var"].get(name))},
            index=genes,
        ),
        names=lambda start, stop: _text(cells, start, stop),
        block=_checked(path, _dense_block(X) if dense else _csr_block(X)),
        obs=lambda: _read_obs(path, file),
        simulated=None if simulated is None else list(_text(simulated)),
        has_counts_layer=f"layers/{COUNTS_LAYER}" in file,
    )


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
        indices = X["indices"][entries].astype(np.int32, copy=False)
        if len(indices) and not 0 <= indices.min() <= indices.max() < genes:
            raise OSError(f"X names a gene beyond its {genes}")
        data = X["data"][entries].astype(np.float32, copy=False)
        return sp.csr_matrix((data, indices, bounds - bounds[0]), shape=(len(bounds) - 1, genes), copy=False)

    return block


def _checked(path: Path, read: Callable[[int, int], Block]) -> Callable[[int, int], Block]:
    def block(start: int, stop: int) -> Block:
        try:
            return read(start, stop)
        except (OSError, ValueError, KeyError) as error:
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
        categories = np.append(_text(entry["categories"]), "nan")
        return np.asarray(categories[entry["codes"][start:stop]])
    return np.asarray(entry.asstr()[start:stop], dtype=object)
