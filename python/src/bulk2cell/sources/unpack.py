"""Take named files out of a zip archive, and nothing else."""

import shutil
import stat
import zipfile
from collections.abc import Sequence
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
                name = _safe_name(archive, opened.getinfo(member))
                with opened.open(member) as source, (folder / name).open("xb") as target:
                    shutil.copyfileobj(source, target)
                extracted[name] = folder / name
    except (zipfile.BadZipFile, KeyError, RuntimeError) as error:
        raise DownloadError(f"{archive}: {str(error).strip(chr(34))}; delete it and fetch again") from error
    return extracted


def _safe_name(archive: Path, member: zipfile.ZipInfo) -> str:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    kind = stat.S_IFMT(member.external_attr >> 16)
    if path.is_absolute() or ".." in path.parts or ":" in path.name or kind not in (0, stat.S_IFREG):
        raise DownloadError(
            f"{archive}: refused to extract {member.filename!r}, which could leave its folder"
        )
    return path.name
