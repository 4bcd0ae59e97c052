"""Take named files out of a zip or tar archive, and nothing else."""

import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from bulk2cell.errors import DownloadError


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
        If the archive is damaged, lacks a member, or a member's name or kind could lead out of the folder.
    """
    extracted = {}
    try:
        with zipfile.ZipFile(archive) as opened:
            for member in members:
                info = opened.getinfo(member)
                kind = stat.S_IFMT(info.external_attr >> 16)
                name = _safe_name(archive, member, kind in (0, stat.S_IFREG))
                with opened.open(member) as source, (folder / name).open("xb") as target:
                    shutil.copyfileobj(source, target)
                extracted[name] = folder / name
    except (zipfile.BadZipFile, KeyError, RuntimeError) as error:
        raise DownloadError(f"{archive}: {str(error).strip(chr(34))}; delete it and fetch again") from error
    return extracted


def tar_members(archive: Path) -> list[str]:
    """Return the names in a tar archive that are no folders.

    Raises
    ------
    DownloadError
        If the archive is damaged or cut off.
    """
    with _opened(archive) as opened:
        return [member.name for member in opened if not member.isdir()]


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
        If the archive is damaged or cut off, or a member's name or kind could lead out of a folder.
    """
    with _opened(archive) as opened:
        for member in opened:
            if member.name in places:
                _safe_name(archive, member.name, member.isreg())
                source = opened.extractfile(member)
                assert source is not None
                with source, places[member.name].open("xb") as target:
                    shutil.copyfileobj(source, target)


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    """Open a tar archive that ends as it must, so that none is taken for whole that was cut between two members."""
    try:
        with archive.open("rb") as stream:
            stream.seek(-min(1024, archive.stat().st_size), os.SEEK_END)
            if any(stream.read()) or stream.tell() < 1024:
                raise tarfile.ReadError("it does not end as a tar archive does")
        with tarfile.open(archive, "r:") as opened:
            yield opened
    except (tarfile.TarError, EOFError) as error:
        raise DownloadError(f"{archive}: cut off or damaged ({error}); delete it and fetch again") from error


def _safe_name(archive: Path, member: str, regular: bool) -> str:
    path = PurePosixPath(member.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.name or not regular:
        raise DownloadError(f"{archive}: refused to extract {member!r}, which could leave its folder")
    return path.name
