"""Files at official addresses, kept in the cache beside the sha256 of their first download."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bulk2cell.artefacts.folder import sha256
from bulk2cell.errors import DownloadError
from bulk2cell.progress import say
from bulk2cell.sources.catalogue import RemoteFile
from bulk2cell.sources.download import download


@contextmanager
def official_file(file: RemoteFile, cache: Path) -> Iterator[Path]:
    """Get a file, from the cache or over the network, for the length of a `with` block.

    Where the catalogue knows no sha256, that of the first download is recorded beside the file once the block
    has ended well, and later downloads must match it; a file that the block refused is deleted.

    Parameters
    ----------
    file
        Its address, and its sha256 if that is known.
    cache
        Folder that keeps it.

    Raises
    ------
    DownloadError
        If it cannot be had, or is not the one expected or recorded.
    """
    path = cache / file.name
    record = path.with_name(f"{file.name}.sha256")
    recorded = record.read_text().strip() if record.is_file() else None
    expected = file.sha256 or recorded
    if not (expected and path.is_file() and sha256(path) == expected):
        say(f"downloading {file.url}")
        try:
            found = download(file.url, path, expected)
        except DownloadError as error:
            hint = (
                f"; the first download's is expected, delete {record} to accept another" if recorded else ""
            )
            raise DownloadError(f"{error}{hint}") from error
    try:
        yield path
    except Exception:
        if not expected:
            path.unlink()
        raise
    if not expected:
        record.write_text(f"{found}\n")
        say(f"{file.name}: unverified: first download, sha256 recorded")
