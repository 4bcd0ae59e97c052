"""Files at official addresses, kept in the cache beside the sha256 of their first download."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bulk2cell.artefacts.manifest import sha256
from bulk2cell.download.download import download
from bulk2cell.errors import Bulk2CellError, CatalogueError, DownloadError
from bulk2cell.fetch.catalogue import RemoteFile
from bulk2cell.progress import say
from bulk2cell.published.pair import SHA256

SECONDS_BETWEEN_FILES = 1.0


@contextmanager
def official_file(file: RemoteFile, cache: Path, by_hand: Path | None = None) -> Iterator[Path]:
    """Get a file, by hand, from the cache or over the network, for the length of a `with` block.

    Where the catalogue knows no sha256, that of the first one that could be used is recorded in the cache, and later
    ones must match it. A download that the block refuses is deleted, unless it is the catalogue that is at fault.

    Parameters
    ----------
    file
        Its address, and its sha256 if that is known.
    cache
        Folder that keeps it.
    by_hand
        Folder with files that the user has downloaded; one of the same name is used, and never changed.

    Raises
    ------
    DownloadError
        If it cannot be had, or is not the one expected or recorded, or the record is damaged.
    """
    record = cache / f"{file.name}.sha256"
    recorded = _recorded(record)
    expected = file.sha256 or recorded
    hint = f"; that of the first download is expected, delete {record} to accept another" if recorded else ""
    own = by_hand / file.name if by_hand else None
    if own and own.is_file():
        path, found = own, sha256(own)
        if expected not in (None, found):
            raise DownloadError(f"{own}: sha256 expected {expected}, found {found}{hint}")
    else:
        path, found = cache / file.name, expected or ""
        if not (expected and path.is_file() and sha256(path) == expected):
            found = _download(file, path, expected, hint)
    usable = True
    try:
        yield path
    except Bulk2CellError as error:
        usable = isinstance(error, CatalogueError)
        raise
    finally:
        if not expected and usable:
            cache.mkdir(parents=True, exist_ok=True)
            record.write_text(f"{found}\n")
            came = "given by hand" if path == own else "first download"
            say(f"{file.name}: unverified: {came}, sha256 recorded")
        elif not expected and path != own:
            path.unlink()


def _recorded(record: Path) -> str | None:
    """Return the sha256 of the first download, if there was one."""
    if not record.is_file():
        return None
    text = record.read_bytes().decode(errors="replace").strip()
    if not re.fullmatch(SHA256, text):
        raise DownloadError(f"{record}: damaged, holds no sha256; delete it and fetch again")
    return text


def _download(file: RemoteFile, path: Path, expected: str | None, hint: str) -> str:
    say(f"downloading {file.url}")
    try:
        return download(file.url, path, expected, file.size)
    except DownloadError as error:
        raise type(error)(f"{error}{hint}") from error
    finally:
        time.sleep(SECONDS_BETWEEN_FILES)
