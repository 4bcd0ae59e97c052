"""The matrices of an AnnData in an HDF5 file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py

from bulk2cell.cells.matrices import LAYER, MAIN, RAW, Look, Matrix, look_at, require_numbers
from bulk2cell.errors import InputError

EXPRESSION = ("rna", "gex", "gene_expression", "expression", "scrna", "rna_counts")  # names of a modality


@dataclass(frozen=True)
class Stored:
    """A matrix in a file, and the table of its genes."""

    matrix: Any
    var: Any


def find_anndata(file: h5py.File, path: Path) -> tuple[h5py.Group, tuple[str, ...]]:
    """Return the AnnData of a file, of an h5mu that of gene expression, and a note on the choice.

    Raises
    ------
    InputError
        If no modality is gene expression.
    """
    if "mod" not in file or "obs" in file["mod"]:
        return file, ()
    names = [name for name in file["mod"] if isinstance(file["mod"][name], h5py.Group)]
    chosen = (
        [name for name in names if name.lower().replace(" ", "_") in EXPRESSION] if len(names) > 1 else names
    )
    if len(chosen) != 1:
        raise InputError(
            f"{path}: no single modality is named as gene expression is ({', '.join(names) or 'there is none'}); write "
            "it as h5ad"
        )
    return file["mod"][chosen[0]], (f"Cells were read from the modality {chosen[0]}.",) if len(
        names
    ) > 1 else ()


def find_matrices(file: h5py.Group) -> dict[str, Stored]:
    """Return X, layers and raw of an AnnData in a file, by their names as `choose_matrix` gives them."""
    found = {MAIN: Stored(file.get("X"), file.get("var"))}
    layers = file.get("layers")
    for name in layers if isinstance(layers, h5py.Group) else ():
        found[f"{LAYER}{name}"] = Stored(layers[name], file.get("var"))
    if "raw" in file:
        found[RAW] = Stored(file.get("raw/X"), file.get("raw/var"))
    elif "raw.X" in file:  # anndata before 0.7
        found[RAW] = Stored(file["raw.X"], file.get("raw.var"))
    return {name: stored for name, stored in found.items() if stored.matrix is not None}


def matrix_of(name: str, stored: Stored, path: Path) -> Matrix:
    """Return what `choose_matrix` needs to know of a matrix in a file."""
    return Matrix(name, _gene_number(stored), lambda: _look(name, stored, path))


def _look(name: str, stored: Stored, path: Path) -> Look:
    dense = isinstance(stored.matrix, h5py.Dataset)
    values = stored.matrix if dense else stored.matrix.get("data")
    if not isinstance(values, h5py.Dataset) or values.ndim != (2 if dense else 1):
        raise InputError(f"{path}: {name} is no matrix of cells x genes; write it again")
    require_numbers(path, values.dtype, name)
    try:
        return look_at(values)
    except Exception as error:
        raise InputError(f"{path}: {name} cannot be read ({error}); write or download it again") from error


def _gene_number(stored: Stored) -> int:
    if isinstance(stored.matrix, h5py.Dataset):
        return int(stored.matrix.shape[-1]) if stored.matrix.ndim else 0
    shape = stored.matrix.attrs.get("shape", stored.matrix.attrs.get("h5sparse_shape", (0, 0)))
    return int(shape[1])
