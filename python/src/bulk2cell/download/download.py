"""Download one file over the network: resumed, retried, checked, there whole or not at all."""

import http.client
import os
import re
import time
import urllib.error
from collections.abc import Iterator, Mapping
from pathlib import Path

from bulk2cell.artefacts.manifest import sha256 as sha256_of
from bulk2cell.download.address import open_address
from bulk2cell.download.arrived import arrived, begin, forget
from bulk2cell.errors import DownloadError, NetworkError
from bulk2cell.printable import printable
from bulk2cell.progress import say, track

ATTEMPTS = 5
CHUNK = 1 << 20
TIMEOUT = 60.0
SLOWEST = 1 << 10
TRY_AGAIN = (408, 416, 425, 429)
# A GEO series of single cells has a few GiB; a server that never ends must not fill the disk.
LARGEST = 16 << 30
WORDS = 200


class _BrokenOffError(Exception):
    """An attempt failed; another may not."""


def download(
    url: str, target: Path, sha256: str | None = None, size: int | None = None, pause: float = 1.0
) -> str:
    """Download a file and return its sha256.

    What has arrived stands in `<target>.part` and is gone on with in a later attempt or call, if the server
    says that the file is still the same (If-Range with its ETag or date); else the download starts again.

    Parameters
    ----------
    url
        Address: https, or http on this machine. It may not lead to any other.
    target
        Where the file will stand.
    sha256
        What it must be, if that is known.
    size
        Its bytes, if they are known. More are never taken; where they are not known, no more than `LARGEST`.
    pause
        Seconds before the second attempt; doubled before each one after it.

    Raises
    ------
    NetworkError
        If all attempts fail.
    DownloadError
        If the address is not allowed, the server refuses, or the file is too long or not the expected one (it is
        deleted then).
    OSError
        If it cannot be written; what has arrived stays.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    reason = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            say(f"{target.name}: {reason}; attempt {attempt + 1} of {ATTEMPTS}")
            time.sleep(pause * 2 ** (attempt - 1))
        try:
            _receive(url, part, size or LARGEST, must_say_its_length=sha256 is None)
            break
        except _BrokenOffError as error:
            reason = str(error)
    else:
        raise NetworkError(
            f"{url}: {reason}, {ATTEMPTS} attempts; check the network and fetch again to continue, or download the "
            "file yourself and give its folder with --from"
        )
    found = sha256_of(part)
    if sha256 is not None and found != sha256:
        forget(part)
        raise DownloadError(
            f"{url}: sha256 expected {sha256}, found {found}; the file was deleted, do not use it"
        )
    part.replace(target)
    forget(part)
    return found


def _receive(url: str, part: Path, longest: int, must_say_its_length: bool) -> None:
    have, validator, total = arrived(part, longest)
    if have and have == total:
        return
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": validator}
    with _ask(url, headers, part) as response:
        if response.status == 206:
            _check_range(response, part, have, total)
        else:
            have, total = 0, _length(url, response)
            if total > longest:
                raise DownloadError(f"{url}: {total} bytes long, {_too_long(longest)}")
            if not total and must_say_its_length and not response.chunked:
                raise DownloadError(
                    f"{url}: the server does not state the length of the file, or states 0; cannot check that it is complete"
                )
            begin(part, _validator(response), total)
        chunks = -(-(total - have) // CHUNK) if total else None
        at_most = (total or longest) - have
        try:
            with part.open("ab" if have else "wb") as stream:
                for chunk in track(_chunks(response, at_most), f"{part.stem}, MiB", total=chunks):
                    stream.write(chunk)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise OSError(error.errno, os.strerror(error.errno or 0), str(part)) from error
    came = part.stat().st_size
    if total and came < total:
        raise _BrokenOffError(f"{came} of {total} bytes arrived")
    if came > (total or longest):
        forget(part)
        if not total:
            raise DownloadError(f"{url}: longer than expected, {_too_long(longest)}")
        raise _BrokenOffError(f"the server sends more than the {total} bytes that it announced")


def _ask(url: str, headers: Mapping[str, str], part: Path) -> http.client.HTTPResponse:
    """Return the server's answer, if it is the file or a part of it."""
    try:
        response = open_address(url, headers, TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        reason = f"the server answered {error.code} {printable(str(error.reason), WORDS)}"
        if error.code == 416:
            forget(part)
        if error.code < 500 and error.code not in TRY_AGAIN:
            folder = url.rpartition("/")[0]
            raise DownloadError(f"{url}: {reason}; look in {folder}/ for its new name") from error
        raise _BrokenOffError(reason) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _BrokenOffError(printable(str(error), WORDS) or type(error).__name__) from error
    if response.status not in (200, 206):
        response.close()
        raise DownloadError(
            f"{url}: the server answered {response.status} {printable(response.reason, WORDS)}, not the file; download "
            "it yourself and give its folder with --from"
        )
    return response


def _check_range(response: http.client.HTTPResponse, part: Path, have: int, total: int) -> None:
    """Make sure that the part of the file that comes is the one that was asked for, of the same file."""
    if not have or response.headers["Content-Range"] != f"bytes {have}-{total - 1}/{total}":
        forget(part)
        raise _BrokenOffError(
            "the file has changed on the server" if have else "the server sent only a part of it"
        )


def _length(url: str, response: http.client.HTTPResponse) -> int:
    """Return how long the file is, 0 if the server is silent.

    Raises
    ------
    DownloadError
        If it says something that is no number, or two of them.
    """
    said = {text.strip() for text in response.headers.get_all("Content-Length", [])}
    if response.chunked or not said:
        return 0
    text = said.pop()
    if said or not re.fullmatch(r"[0-9]{1,18}", text):
        raise DownloadError(
            f"{url}: the server states the file's length as {printable(text, WORDS)!r}"
            f"{' and something else' if said else ''}; download it yourself and give its folder with --from"
        )
    return int(text)


def _validator(response: http.client.HTTPResponse) -> str:
    etag = str(response.headers["ETag"] or "")
    return str(response.headers["Last-Modified"] or "") if etag.startswith("W/") or not etag else etag


def _too_long(longest: int) -> str:
    return f"more than the {longest} bytes allowed; if that is right, state its `size` in a catalogue of your own"


def _chunks(response: http.client.HTTPResponse, at_most: int) -> Iterator[bytes]:
    """Yield the body by the MiB, or less before an error, and no more than a MiB beyond what it may have.

    Raises
    ------
    _BrokenOffError
        If the connection breaks, or the server sends fewer than `SLOWEST` bytes a second for `TIMEOUT` seconds.
    """
    chunk, began, came = bytearray(), time.monotonic(), 0
    try:
        while came <= at_most and (piece := response.read1(CHUNK - len(chunk))):
            chunk += piece
            came += len(piece)
            waited = time.monotonic() - began
            if waited > TIMEOUT and len(chunk) < SLOWEST * waited:
                raise TimeoutError(f"the server sends too slowly, fewer than {SLOWEST} bytes a second")
            if len(chunk) == CHUNK:
                yield bytes(chunk)
                chunk, began = bytearray(), time.monotonic()
    except (OSError, http.client.HTTPException, ValueError) as error:
        yield bytes(chunk)
        raise _BrokenOffError(printable(str(error), WORDS) or type(error).__name__) from error
    yield bytes(chunk)
