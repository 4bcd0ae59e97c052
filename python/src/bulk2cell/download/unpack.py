"""Take named files out of a zip or tar archive, and nothing else."""

import errno
import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from bulk2cell.download.download import LARGEST
from bulk2cell.errors import Bulk2CellError, DownloadError
from bulk2cell.printable import printable

LONGEST_NAME = 255  # bytes, as file systems allow
AGAIN = "delete it and fetch again, or download and repack it yourself, and give its folder with --from"


def extract(archive: Path, members: Sequence[str], folder: Path) -> dict[str, Path]:
    """Extract the named members into one folder, under the last part of their names.

    Parameters
    ----------
    archive
        A zip file or wheel.
    members
        Full names inside the archive.
    folder
        Where to put them; a file that is there already is not replaced.

    Returns
    -------
    dict of str to Path
        The extracted files by the last part of their names.

    Raises
    ------
    DownloadError
        If the archive is damaged, lacks a member or has it twice, or a member is too long, no file, or its name could
        lead out of the folder.
    """
    extracted = {}
    with _damage_told(archive), zipfile.ZipFile(archive) as opened:
        for member in members:
            info = opened.getinfo(member)
            kind = stat.S_IFMT(info.external_attr >> 16)
            name = _safe_name(archive, member, kind in (0, stat.S_IFREG) and not member.endswith("/"))
            if opened.namelist().count(member) > 1:
                raise DownloadError(f"{archive}: holds {member!r} twice; {AGAIN}")
            if info.file_size > LARGEST:
                raise DownloadError(
                    f"{archive}: {member!r} has {info.file_size} bytes, more than {LARGEST}; {AGAIN}"
                )
            with opened.open(member) as source, (folder / name).open("xb") as target:
                shutil.copyfileobj(source, target)
            extracted[name] = folder / name
    return extracted


def tar_members(archive: Path) -> list[str]:
    """Return the names in a tar archive that are no folders.

    Raises
    ------
    DownloadError
        If the archive is damaged or cut off.
    """
    with _opened(archive) as opened:
        return [member.name for member in _members(opened) if not member.isdir()]


def extract_tar(archive: Path, places: Mapping[str, Path]) -> None:
    """Extract members of a tar archive, each to a place of its own.

    Parameters
    ----------
    archive
        The tar file.
    places
        By full name inside the archive, the file to write; it must not be there.

    Raises
    ------
    DownloadError
        If the archive is damaged or cut off or has a member twice, or a member is no file or its name could lead out of
        a folder.
    """
    taken = set()
    with _opened(archive) as opened:
        for member in _members(opened):
            if member.name in places:
                _safe_name(archive, member.name, member.isreg() and not member.issparse())
                if member.name in taken:
                    raise DownloadError(f"{archive}: holds {member.name!r} twice; {AGAIN}")
                taken.add(member.name)
                source = opened.extractfile(member)
                assert source is not None
                with source, places[member.name].open("xb") as target:
                    shutil.copyfileobj(source, target)


def _members(opened: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield the members, each behind the one before it, as sizes below 0 would have it otherwise."""
    end = 0
    for member in opened:
        if member.size < 0 or opened.offset <= end:
            raise tarfile.ReadError("a member has a size below 0")
        end = opened.offset
        yield member


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    """Open a tar archive that ends as it must, so that none is taken for whole that was cut between two members."""
    with _damage_told(archive):
        with archive.open("rb") as stream:
            stream.seek(-min(1024, archive.stat().st_size), os.SEEK_END)
            if any(stream.read()) or stream.tell() < 1024:
                raise tarfile.ReadError("the end of the archive is missing")
        with tarfile.open(archive, "r:") as opened:
            yield opened


@contextmanager
def _damage_told(archive: Path) -> Iterator[None]:
    """Whatever the reading of an archive fails with, but for the disk and memory, is the archive's fault."""
    try:
        yield
    except (Bulk2CellError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise DownloadError(
            f"{archive}: cut off or damaged ({error or type(error).__name__}); {AGAIN}"
        ) from error


def _safe_name(archive: Path, member: str, regular: bool) -> str:
    path = PurePosixPath(member.replace("\\", "/"))
    outside = path.is_absolute() or ".." in path.parts or ":" in path.name or not path.name
    if outside or not regular or not member.isprintable() or len(path.name.encode()) > LONGEST_NAME:
        raise DownloadError(
            f"{archive}: refused to extract {printable(repr(member), LONGEST_NAME)}: not a regular file, or its name "
            "could lead out of the folder, is not UTF-8 or is too long"
        )
    return path.name
