"""What a file or folder of cells is, by its content: names and suffixes do not matter.

What is read is one of KINDS; what is not, but known, is refused in one line that says how to convert it.
"""

import gzip
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal

import h5py

from bulk2cell.cells.check_hdf5 import check_hdf5
from bulk2cell.errors import InputError
from bulk2cell.parameters import READABLE_CELLS

Kind = Literal["h5ad", "h5mu", "10x h5", "mtx", "zarr", "table"]
HEAD = 4096  # bytes that are looked at
ZARR = (".zgroup", ".zattrs", "zarr.json")
HDF5, GZIP, MTX = b"\x89HDF", b"\x1f\x8b", b"%%MatrixMarket"
WITH_BOM = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
IN_R = "convert it in R, by zellkonverter::writeH5AD or sceasy, to h5ad"
WHAT_TO_DO: Mapping[str, str] = {
    "an R object (rds, RData)": IN_R,
    "a Seurat object (h5Seurat)": IN_R,
    "a loom file": "convert it: scanpy.read_loom(file).write_h5ad('cells.h5ad')",
    "a tar archive": "unpack it and give the file or folder of cells in it",
    "a zip archive": "unpack it and give the file or folder of cells in it",
    "a compressed file (bz2, xz, zstd)": "unpack it first",
    "a gzipped HDF5 file": "gunzip it first",
    "an Excel file": "save its sheet as csv or tsv; mind that Excel turns some gene names into dates",
    "a numpy file": "write cells with their names, as h5ad or csv",
    "a pickle": "pickles are not opened, since they can run any program; write cells as h5ad",
    "a web page": "the download went wrong; download the file itself",
    "a PDF file": "give the file of cells",
}
MAGIC: Mapping[bytes, str] = {
    b"RDX": "an R object (rds, RData)",
    b"X\n\0\0": "an R object (rds, RData)",
    b"BZh": "a compressed file (bz2, xz, zstd)",
    b"\xfd7zXZ": "a compressed file (bz2, xz, zstd)",
    b"\x28\xb5\x2f\xfd": "a compressed file (bz2, xz, zstd)",
    b"\xd0\xcf\x11\xe0": "an Excel file",
    b"\x93NUMPY": "a numpy file",
    b"%PDF": "a PDF file",
    **{b"\x80" + bytes([protocol]): "a pickle" for protocol in range(2, 6)},
}


def kind_of_cells(path: Path) -> Kind:
    """Return what a file or folder of cells is.

    Raises
    ------
    InputError
        If it is missing, empty, or of a kind that is not read.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file; check the path")
    if path.is_dir():
        return "zarr" if any((path / name).is_file() for name in ZARR) else "mtx"
    head = _head(path, path.open)
    if head.startswith(HDF5):
        check_hdf5(path)
        return _kind_of_hdf5(path)
    if head.startswith(b"PK\3\4"):
        raise _refusal(path, _kind_of_zip(path))
    if head.startswith(GZIP):
        head = _head(path, partial(gzip.open, path))
        if head.startswith(HDF5):
            raise _refusal(path, "a gzipped HDF5 file")
    return _kind_of_text(path, head)


def _head(path: Path, open_file: Callable[[str], Any]) -> bytes:
    try:
        with open_file("rb") as stream:
            head = bytes(stream.read(HEAD))
    except (OSError, EOFError) as error:
        raise InputError(f"{path}: cut off or damaged ({error}); write or download it again") from error
    if not head:
        raise InputError(f"{path}: it is empty; write or download it again")
    return head


def _kind_of_text(path: Path, head: bytes) -> Kind:
    for magic, name in MAGIC.items():
        if head.startswith(magic):
            raise _refusal(path, name)
    if head[257:262] == b"ustar":
        raise _refusal(path, "a tar archive")
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise _refusal(path, "a web page")
    if head.startswith(MTX):
        return "mtx"
    if b"\0" in head and not head.startswith((*WITH_BOM, b"PAR1")):
        raise InputError(f"{path}: not a file of cells; what is read: {READABLE_CELLS}")
    return "table"


def _kind_of_zip(path: Path) -> str:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return "a zip archive"
    if any(name.startswith("xl/") for name in names):
        return "an Excel file"
    return "a numpy file" if names and all(name.endswith(".npy") for name in names) else "a zip archive"


def _kind_of_hdf5(path: Path) -> Kind:
    with h5py.File(path, "r") as file:
        names = set(file)
        groups = [part for part in map(file.get, names) if isinstance(part, h5py.Group)]
        matrix = file.get("matrix")
        if {"obs", "var"} <= names:
            return "h5ad"
        if "mod" in names:
            return "h5mu"
        if isinstance(matrix, h5py.Group) or any("barcodes" in group for group in groups):
            return "10x h5"
    if {"row_attrs", "col_attrs"} <= names:
        raise _refusal(path, "a loom file")
    if {"assays", "meta.data"} <= names:
        raise _refusal(path, "a Seurat object (h5Seurat)")
    raise InputError(
        f"{path}: an HDF5 file of {', '.join(sorted(names)[:5]) or 'nothing'}, but neither h5ad (obs, var, X), h5mu nor 10x "
        "h5 (matrix); write it as h5ad"
    )


def _refusal(path: Path, name: str) -> InputError:
    return InputError(f"{path}: this is {name}, which is not read; {WHAT_TO_DO[name]}")
