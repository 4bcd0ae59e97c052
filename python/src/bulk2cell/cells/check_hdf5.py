"""Check an HDF5 file from elsewhere before anything is read from it.

HDF5 lets a file take its content from other files, hold itself, and claim any size. AnnData and scanpy read whatever they
find, and trust the bounds of a sparse matrix.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from bulk2cell.errors import InputError

# Deflate, by which HDF5 usually compresses, takes 1032 bytes into one at best.
MOST_PACKED = 1032
COMPRESSED = {"csr": 0, "csr_matrix": 0, "csc": 1, "csc_matrix": 1, "10x": 1}
SPARSE = {"data", "indices", "indptr"}


def check_hdf5(path: Path) -> None:
    """Check that a file is HDF5, holds all its content itself, and can be as large as it claims.

    Raises
    ------
    InputError
        If the file cannot be opened, a part of it is a link, is in another file or in two places, or the parts are larger
        than the file can hold, or do not form the sparse matrix that they claim to be.
    """
    try:
        with h5py.File(path, "r") as file:
            parts = dict(_parts(path, file))
            _check_size(path, [part for part in parts.values() if isinstance(part, h5py.Dataset)])
            for name, part in parts.items():
                if isinstance(part, h5py.Group) and (wrong := _wrong_with_sparse(part)):
                    raise InputError(
                        f"{path}: {name} is not a valid sparse matrix ({wrong}); write or download it again"
                    )
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"{path}: empty, cut off or not HDF5 ({error}); write or download it again"
        ) from error


def _check_size(path: Path, parts: list[h5py.Dataset]) -> None:
    claimed, size = sum((part.size or 0) * part.dtype.itemsize for part in parts), path.stat().st_size
    if claimed > MOST_PACKED * size:
        raise InputError(
            f"{path}: claims to hold {claimed} bytes, which cannot be in a file of {size}; write or download it again"
        )


def _parts(path: Path, file: h5py.File) -> Iterator[tuple[str, Any]]:
    """Yield name and object of every group and dataset, each once, following no link."""
    left, seen = [("", file)], {h5py.h5o.get_info(file["/"].id).addr}
    while left:
        above, group = left.pop()
        for key in group:
            name = f"{above}/{key}"
            if not isinstance(group.get(key, getlink=True), h5py.HardLink):
                raise InputError(
                    f"{path}: {name} is a link; write the file again with the linked content in it"
                )
            part = group[key]
            if isinstance(part, h5py.Dataset) and (part.external or part.is_virtual):
                raise InputError(
                    f"{path}: {name} is stored in another file; write the file again with everything in it"
                )
            if isinstance(part, h5py.Group):
                address = h5py.h5o.get_info(part.id).addr
                if address in seen:
                    raise InputError(
                        f"{path}: {name} appears in two places; write the file again with a copy in each"
                    )
                seen.add(address)
                left.append((name, part))
            yield name, part


def _wrong_with_sparse(group: h5py.Group) -> str | None:
    """Return what is wrong with a group that AnnData or scanpy would take for a sparse matrix; indices are not checked."""
    of_10x = "10x" if {"shape", *SPARSE} <= set(group) else ""
    kind = group.attrs.get("encoding-type", group.attrs.get("h5sparse_format", of_10x))
    if not isinstance(kind, str) or kind not in COMPRESSED:
        return None
    shape = np.asarray(group.attrs.get("shape", group.attrs.get("h5sparse_shape", group.get("shape"))))
    data, indices, indptr = (group.get(name) for name in sorted(SPARSE))
    if not all(isinstance(part, h5py.Dataset) and part.ndim == 1 for part in (data, indices, indptr)):
        return "data, indices or indptr is missing"
    if shape.shape != (2,) or any(part.dtype.kind not in "iu" for part in (shape, indices, indptr)):
        return "shape, indices and indptr must be whole numbers"
    if len(data) != len(indices) or len(indptr) != int(shape[COMPRESSED[kind]]) + 1:
        return f"shape {tuple(map(int, shape))}, {len(data)} values, {len(indices)} indices, {len(indptr)} bounds"
    bounds = indptr[:]
    if bounds[0] != 0 or bounds[-1] > len(data) or (bounds[1:] < bounds[:-1]).any():
        return "the bounds in indptr do not ascend from 0 to the number of values"
    return None
