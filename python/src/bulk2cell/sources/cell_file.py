"""Cells of a file, a block at a time: an h5ad with cells as rows is streamed, everything else is read as a whole."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.errors import InputError
from bulk2cell.parameters import Orientation
from bulk2cell.sources.gene_ids import SYMBOL_COLUMNS

if TYPE_CHECKING:
    import anndata as ad

VALUES_AT_ONCE = 1_000_000
MOST_CELLS_AT_ONCE = 2048

Block = sp.csr_matrix | NDArray[np.float32]


@dataclass(frozen=True)
class CellFile:
    """Cells x genes as they stand in a file.

    Attributes
    ----------
    count
        Number of cells.
    step
        Cells to read at a time, so that a block stays small.
    var
        One row per gene, named as in the file; columns SYMBOL_COLUMNS where there are some.
    names
        First and last cell, exclusive, to the names of the cells between.
    block
        The same to their expression, cells x genes: csr or dense, float32.
    """

    path: Path
    count: int
    step: int
    var: pd.DataFrame
    names: Callable[[int, int], NDArray[Any]]
    block: Callable[[int, int], Block]

    def starts(self) -> range:
        """Return the first cell of every block."""
        return range(0, self.count, self.step)


@contextmanager
def open_cells(path: Path, orientation: Orientation, known: Collection[str]) -> Iterator[CellFile]:
    """Open any file or folder that `read_cells` reads.

    Parameters
    ----------
    orientation, known
        See `read_cells`; for tables only.

    Raises
    ------
    InputError
        If the file is missing, damaged, empty or of no known kind.
    """
    if is_streamed(path):
        with h5py.File(path, "r") as file:
            yield _streamed(path, file)
        return
    from bulk2cell.sources.read_cells import read_cells

    yield in_memory(path, read_cells(path, orientation, known)[0])


def is_streamed(path: Path) -> bool:
    """Tell whether a file is an h5ad whose cells can be read in blocks: dense or csr, and of a layout that is known here."""
    if path.suffix != ".h5ad":
        return False
    try:
        with h5py.File(path, "r") as file:
            X, frames = file["X"], [file["obs"], file["var"]]
            dense = isinstance(X, h5py.Dataset) and X.ndim == 2
            csr = isinstance(X, h5py.Group) and X.attrs.get("encoding-type") == "csr_matrix"
            names = [_index(frame) for frame in frames if isinstance(frame, h5py.Group)]
            return (dense or csr) and [isinstance(n, h5py.Dataset) and _is_text(n) for n in names] == [
                True
            ] * 2
    except (OSError, KeyError):
        return False


def in_memory(path: Path, cells: "ad.AnnData") -> CellFile:
    """Return cells that have been read as a whole, X csr or dense."""
    names = cells.obs_names.astype(str).to_numpy()
    return CellFile(
        path=path,
        count=cells.n_obs,
        step=MOST_CELLS_AT_ONCE,
        var=cells.var.set_axis(cells.var_names.astype(str)),
        names=lambda start, stop: names[start:stop],
        block=lambda start, stop: cells.X[start:stop],
    )


def _streamed(path: Path, file: h5py.File) -> CellFile:
    genes, cells, X = _text(_index(file["var"])), _index(file["obs"]), file["X"]
    dense = isinstance(X, h5py.Dataset)
    shape = tuple(X.shape if dense else X.attrs["shape"])
    if shape != (len(cells), len(genes)) or 0 in shape:
        raise InputError(
            f"{path}: X has the shape {shape}, obs and var name {len(cells)} cells and {len(genes)} genes; "
            "expression must stand in X: copy it there from a layer or from raw"
        )
    values_per_cell = shape[1] if dense else max(1, len(X["data"]) // shape[0])
    return CellFile(
        path=path,
        count=shape[0],
        step=int(np.clip(VALUES_AT_ONCE // values_per_cell, 1, MOST_CELLS_AT_ONCE)),
        var=pd.DataFrame(
            {name: _text(file["var"][name]) for name in SYMBOL_COLUMNS if _is_text(file["var"].get(name))},
            index=genes,
        ),
        names=lambda start, stop: _text(cells, start, stop),
        block=_checked(path, _dense_block(X) if dense else _csr_block(X)),
    )


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
