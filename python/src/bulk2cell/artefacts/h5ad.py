"""Write an h5ad so that a full disk is an error like any other.

HDF5 does not survive a failed write: it writes again whenever an object is closed, prints such failures as unraisable, and
crashes at the end of the process. Therefore it writes to a file that remembers the first failure and pretends to write
whatever comes after it. Reading that back raises the failure, since HDF5 would otherwise take arbitrary memory for its data,
and crash as well.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anndata as ad
import h5py
from anndata.io import write_elem


class FileForHDF5(io.FileIO):
    """A file whose writes never seem to fail; `check` raises the first failure."""

    failure: OSError | None = None

    def write(self, data: Any, /) -> int:
        """Write all of the data, unless something has failed before."""
        left = memoryview(data).cast("B")
        size = len(left)
        while len(left) and not self.failure:
            try:
                left = left[super().write(left) :]
            except OSError as error:
                self.failure = error
        return size

    def readinto(self, buffer: Any, /) -> int | None:
        """Read what has been written, unless something has failed before.

        Raises
        ------
        OSError
            What has failed.
        """
        self.check()
        return super().readinto(buffer)

    def truncate(self, size: int | None = None, /) -> int:
        """Change the size, unless something has failed before."""
        if not self.failure:
            try:
                return super().truncate(size)
            except OSError as error:
                self.failure = error
        return size or 0

    def check(self) -> None:
        """Raise the first failure, if there was one.

        Raises
        ------
        OSError
            With the file's name.
        """
        if self.failure:
            raise OSError(self.failure.errno, self.failure.strerror, str(self.name))


@contextmanager
def new_file(path: Path) -> Iterator[FileForHDF5]:
    """Open a new file for `h5py.File(file, "w")`.

    Raises
    ------
    OSError
        At the end, if something could not be written.
    """
    with FileForHDF5(path, "w+") as file:
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
