"""Download one file over the network: resumed, retried, checked, there whole or not at all."""

import errno
import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bulk2cell import __version__
from bulk2cell.artefacts.manifest import sha256 as sha256_of
from bulk2cell.errors import DownloadError
from bulk2cell.progress import say, track

ATTEMPTS = 5
CHUNK = 1 << 20
TIMEOUT = 60.0
SLOWEST = 1 << 10
TRY_AGAIN = (408, 416, 425, 429)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def download(url: str, target: Path, sha256: str | None = None, pause: float = 1.0) -> str:
    """Download a file and return its sha256.

    What has arrived stands in `<target>.part` and is gone on with in a later attempt or call, if the server
    says that the file is still the same (If-Range with its ETag or date); else the download starts again.

    Parameters
    ----------
    url
        Address. An https address may not lead to a plain http one.
    target
        Where the file will stand.
    sha256
        What it must be, if that is known.
    pause
        Seconds before the second attempt; doubled before each one after it.

    Raises
    ------
    DownloadError
        If the server refuses, all attempts fail, or the file is not the expected one (it is deleted then).
    OSError
        If there is no room for it; what has arrived stays.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    reason = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            say(f"{target.name}: {reason}; attempt {attempt + 1} of {ATTEMPTS}")
            time.sleep(pause * 2 ** (attempt - 1))
        try:
            _receive(url, part, must_say_its_length=sha256 is None)
            break
        except urllib.error.HTTPError as error:
            error.close()
            reason = f"the server answered {error.code} {error.reason}"
            if error.code == 416:
                _forget(part)
            if error.code < 500 and error.code not in TRY_AGAIN:
                folder = url.rpartition("/")[0]
                raise DownloadError(f"{url}: {reason}; look in {folder}/ what it is called now") from error
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                raise OSError(error.errno, os.strerror(error.errno), str(part)) from error
            reason = str(error) or type(error).__name__
    else:
        raise DownloadError(
            f"{url}: {reason}, {ATTEMPTS} attempts; check the network and fetch again, it goes on where it stopped, or get "
            "the file by hand and give its folder by --from"
        )
    found = sha256_of(part)
    if sha256 is not None and found != sha256:
        _forget(part)
        raise DownloadError(
            f"{url}: sha256 expected {sha256}, found {found}; the file was deleted, do not use it"
        )
    part.replace(target)
    _forget(part)
    return found


def _receive(url: str, part: Path, must_say_its_length: bool) -> None:
    have, validator, total = _arrived(part)
    if have and have == total:
        return
    headers = {"User-Agent": f"bulk2cell/{__version__}", "Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": validator}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=TIMEOUT) as response:
        if url.startswith("https:") and not response.url.startswith("https:"):
            raise DownloadError(f"{url}: leads to {response.url}, which is not https; refused")
        if response.status != 206:
            have, total = 0, _begin(part, response)
        elif response.headers["Content-Range"] != f"bytes {have}-{total - 1}/{total}":
            _forget(part)
            raise ConnectionError("the file has changed on the server")
        if not total and must_say_its_length and not response.chunked:
            raise DownloadError(
                f"{url}: the server does not say how long the file is; cannot tell if it is whole"
            )
        with part.open("ab" if have else "wb") as stream:
            for chunk in track(
                _chunks(response), f"{part.stem}, MiB", total=-(-(total - have) // CHUNK) if total else None
            ):
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
    arrived = part.stat().st_size
    if total and arrived != total:
        raise ConnectionError(f"{arrived} of {total} bytes arrived")


def _chunks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """Yield the body by the MiB, or less before an error.

    Raises
    ------
    TimeoutError
        If the server sends fewer than `SLOWEST` bytes a second for `TIMEOUT` seconds.
    """
    chunk, began = bytearray(), time.monotonic()
    try:
        while piece := response.read1(CHUNK - len(chunk)):
            chunk += piece
            waited = time.monotonic() - began
            if waited > TIMEOUT and len(chunk) < SLOWEST * waited:
                raise TimeoutError(f"the server sends too slowly, fewer than {SLOWEST} bytes a second")
            if len(chunk) == CHUNK:
                yield bytes(chunk)
                chunk, began = bytearray(), time.monotonic()
    except OSError:
        yield bytes(chunk)
        raise
    yield bytes(chunk)


def _begin(part: Path, response: http.client.HTTPResponse) -> int:
    """Drop what had arrived, note which file now arrives, and return its length, 0 if the server is silent."""
    _forget(part)
    etag = response.headers["ETag"] or ""
    validator = response.headers["Last-Modified"] or "" if etag.startswith("W/") or not etag else etag
    total = int(response.headers["Content-Length"] or 0)
    _note(part).write_text(json.dumps({"validator": validator, "total": total}))
    return total


def _arrived(part: Path) -> tuple[int, str, int]:
    """Return how many bytes can be gone on from, and the validator and the length of the file they belong to."""
    if not part.is_file() or not _note(part).is_file():
        return 0, "", 0
    note = json.loads(_note(part).read_text())
    return (part.stat().st_size if note["validator"] else 0), note["validator"], note["total"]


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)
