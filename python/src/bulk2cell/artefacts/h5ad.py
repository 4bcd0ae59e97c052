"""Write an h5ad so that a full disk is an error like any other.

HDF5 cannot bear a write that fails: it writes again whenever an object is closed, prints what fails there as unraisable, and
crashes at the end of the process. So it writes to a file that remembers the first failure and takes what comes after for
written. What HDF5 would read of that again, its own notes on what is where, the file keeps in memory.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anndata as ad
import h5py
from anndata.io import write_elem

PAGE = 4096
MOST_KEPT = (
    2**20
)  # HDF5 writes its notes in pieces of up to this size; larger ones are values, which it does not read again


class FileForHDF5(io.FileIO):
    """A file that is never written in vain for whoever writes; `check` tells."""

    failure: OSError | None = None
    kept_to = 0

    def __init__(self, path: Path) -> None:
        super().__init__(path, "w+")
        self.kept: dict[int, bytearray] = {}

    def write(self, data: Any, /) -> int:
        """Write all of the data, or keep it if something has failed."""
        block, start = memoryview(data).cast("B"), self.tell()
        left = block
        while len(left) and not self.failure:
            try:
                left = left[super().write(left) :]
            except OSError as error:
                self.failure = error
                self.kept_to = super().seek(0, io.SEEK_END)
        if self.failure:
            self._keep(start, block)
        return len(block)

    def readinto(self, buffer: Any, /) -> int:
        """Read into all of a buffer; what was never written is 0, as HDF5 takes it to be."""
        view, start = memoryview(buffer).cast("B"), self.tell()
        found = 0
        while more := super().readinto(view[found:]):
            found += more
        view[found:] = bytes(len(view) - found)
        for page, part, place in _pages(start, len(view)) if self.kept else ():
            if page in self.kept:
                view[place] = self.kept[page][part]
        super().seek(start + len(view))
        return len(view)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place; the end is that of what was written or kept."""
        if whence == io.SEEK_END and self.failure:
            return super().seek(self.kept_to + offset)
        return super().seek(offset, whence)

    def truncate(self, size: int | None = None, /) -> int:
        """Change the size, unless something has failed."""
        if not self.failure:
            try:
                return super().truncate(size)
            except OSError as error:
                self.failure = error
                self.kept_to = super().seek(0, io.SEEK_END)
        return size or 0

    def check(self) -> None:
        """Raise what has failed.

        Raises
        ------
        OSError
            With the file's name.
        """
        if self.failure:
            raise OSError(self.failure.errno, self.failure.strerror, str(self.name))

    def _keep(self, start: int, block: memoryview) -> None:
        self.kept_to = max(self.kept_to, start + len(block))
        for page, part, place in _pages(start, len(block)) if len(block) <= MOST_KEPT else ():
            if page not in self.kept:
                whole = bytearray(PAGE)
                super().seek(page * PAGE)
                super().readinto(whole)
                self.kept[page] = whole
            self.kept[page][part] = block[place]
        super().seek(start + len(block))


def _pages(start: int, size: int) -> Iterator[tuple[int, slice, slice]]:
    """Yield each page that a stretch of a file touches, the part of the page, and that part's place in the stretch."""
    for page in range(start // PAGE, -(-(start + size) // PAGE)):
        first, last = max(start, page * PAGE), min(start + size, (page + 1) * PAGE)
        yield page, slice(first - page * PAGE, last - page * PAGE), slice(first - start, last - start)


@contextmanager
def new_file(path: Path) -> Iterator[FileForHDF5]:
    """Open a new file for `h5py.File(file, "w")`.

    Raises
    ------
    OSError
        At the end, if something could not be written.
    """
    with FileForHDF5(path) as file:
        try:
            yield file
        finally:
            file.check()


def write_h5ad(cells: ad.AnnData, path: Path, **options: Any) -> None:
    """Write an AnnData.

    Parameters
    ----------
    options
        Those of h5py's `create_dataset`, such as compression.

    Raises
    ------
    OSError
        If something could not be written.
    """
    with new_file(path) as file, h5py.File(file, "w") as root:
        write_root(root, cells, **options)


def write_root(root: h5py.File, cells: ad.AnnData, **options: Any) -> None:
    """Write an AnnData into an empty file; `options` as for `write_h5ad`."""
    write_elem(root, "/", cells, dataset_kwargs=options)
    if cells.raw is None:
        root.pop("raw", None)  # A raw that is null cannot be read in backed mode.
