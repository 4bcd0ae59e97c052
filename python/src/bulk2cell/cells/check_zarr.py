"""Check a zarr store from elsewhere before anything is read from it.

Zarr's metadata name the codecs that unpack an array, among them one that loads pickles, and claim any size.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bulk2cell.cells.check_hdf5 import MOST_PACKED
from bulk2cell.errors import InputError

METADATA = (".zarray", "zarr.json")
# What AnnData, zarr 2 and zarr 3 write; none of them runs a program.
CODECS = {
    *(
        "blosc",
        "zlib",
        "gzip",
        "zstd",
        "lz4",
        "lzma",
        "bz2",
        "bytes",
        "crc32c",
        "adler32",
        "transpose",
        "sharding_indexed",
    ),
    *("vlen-utf8", "vlen-bytes", "shuffle", "delta", "endian"),
}
BYTES_PER_TEXT = 8  # of a text's place in an array


def check_zarr(folder: Path) -> None:
    """Check that a store is as large as it claims, within itself, and unpacked by known codecs.

    Raises
    ------
    InputError
        If it is not.
    """
    files = [file for file in folder.rglob("*") if file.is_file()]
    if any(file.is_symlink() for file in folder.rglob("*")):
        raise InputError(f"{folder}: a part of it is a link; copy the store with everything in it")
    try:
        arrays = [
            facts
            for file in files
            if file.name in METADATA
            for facts in _arrays(json.loads(file.read_text()))
        ]
        unknown = sorted({name for facts in arrays for name in _codecs(facts)} - CODECS)
        claimed = sum(_size(facts) for facts in arrays)
    except Exception as error:
        raise InputError(
            f"{folder}: its metadata cannot be read ({error}); write or download it again"
        ) from error
    if unknown:
        raise InputError(
            f"{folder}: unpacked by {unknown[0]}, which is not known to be safe; write it by anndata"
        )
    stored = sum(file.stat().st_size for file in files)
    if claimed > MOST_PACKED * stored:
        raise InputError(
            f"{folder}: claims to hold {claimed} bytes, which cannot be in {stored}; write or download it again"
        )


def _arrays(facts: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the metadata of an array, or of all arrays that a group repeats."""
    if "shape" in facts:
        yield facts
    for inside in (facts.get("consolidated_metadata") or {}).get("metadata", {}).values():
        yield from _arrays(inside)


def _codecs(facts: Any) -> Iterator[str]:
    """Yield the names of all codecs in the metadata of an array, those inside of others included."""
    if isinstance(facts, dict):
        listed = [facts.get("compressor"), *(facts.get("filters") or ()), *(facts.get("codecs") or ())]
        listed += (facts.get("configuration") or {}).get("codecs") or ()
        listed += (facts.get("configuration") or {}).get("index_codecs") or ()
        for codec in filter(None, listed):
            yield str(codec.get("id", codec.get("name"))).removeprefix("numcodecs.")
            yield from _codecs({"configuration": codec.get("configuration")})


def _size(facts: dict[str, Any]) -> int:
    size = BYTES_PER_TEXT
    for length in facts["shape"]:
        size *= int(length)
    return size
