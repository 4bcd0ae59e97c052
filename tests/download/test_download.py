import contextlib
import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bulk2cell.download.download import ATTEMPTS, download
from bulk2cell.errors import DownloadError
from bulk2cell.fetch.catalogue import RemoteFile
from bulk2cell.fetch.official_file import official_file

CONTENT = bytes(range(256)) * 8192
SHA256 = hashlib.sha256(CONTENT).hexdigest()
OTHER = CONTENT[::-1]


@dataclass
class Site:
    """What the server has, how it behaves, and which ranges it was asked for."""

    address: str = ""
    content: bytes = CONTENT
    etag: str | None = '"one"'
    drops: int = 0
    knows_ranges: bool = True
    tells_length: bool = True
    status: int = 200
    failures: int = 0
    trickles: int = 0
    stalls: int = 0
    asked: list[str | None] = field(default_factory=list)
    sent: int = 0


class Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        site = self.site
        wanted = self.headers["Range"]
        site.asked.append(wanted)
        if site.failures:
            site.failures -= 1
            self.send_error(503)
            return
        if site.status != 200:
            self.send_error(site.status)
            return
        start = 0
        if wanted and site.knows_ranges and self.headers["If-Range"] == site.etag:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(site.content) - 1}/{len(site.content)}")
        else:
            self.send_response(200)
        if site.etag:
            self.send_header("ETag", site.etag)
        body = site.content[start:]
        if site.tells_length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if site.drops:
            site.drops -= 1
            body = body[: len(body) // 2]
        if site.stalls:
            site.stalls -= 1
            self.wfile.write(body[:1000])
            self.wfile.flush()
            time.sleep(1)
            return
        if site.trickles:
            site.trickles -= 1
            with contextlib.suppress(ConnectionError):
                for byte in range(1000):
                    self.wfile.write(body[byte : byte + 1])
                    time.sleep(0.01)
            return
        site.sent += len(body)
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("bulk2cell.fetch.official_file.SECONDS_BETWEEN_FILES", 0)
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("SiteHandler", (Handler,), {"site": site}))
    site.address = f"http://127.0.0.1:{server.server_port}/file.bin"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def give_up(site: Site, target: Path) -> None:
    site.drops = ATTEMPTS
    with pytest.raises(DownloadError, match="bytes arrived"):
        download(site.address, target, SHA256, pause=0)
    assert not target.exists()


def test_a_file_arrives_whole(site: Site, tmp_path: Path) -> None:
    assert download(site.address, tmp_path / "file.bin") == SHA256
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert left(tmp_path) == ["file.bin"]


def test_a_dropped_connection_is_gone_on_with(site: Site, tmp_path: Path) -> None:
    site.drops = 2
    assert download(site.address, tmp_path / "file.bin", SHA256, pause=0) == SHA256
    half = len(CONTENT) // 2
    assert site.asked == [None, f"bytes={half}-", f"bytes={half + half // 2}-"]
    assert site.sent == len(CONTENT)


def test_a_later_call_goes_on_where_an_earlier_one_gave_up(site: Site, tmp_path: Path) -> None:
    give_up(site, tmp_path / "file.bin")
    arrived = (tmp_path / "file.bin.part").stat().st_size
    site.sent = 0
    assert download(site.address, tmp_path / "file.bin", SHA256) == SHA256
    assert site.sent == len(CONTENT) - arrived
    assert left(tmp_path) == ["file.bin"]


def test_a_server_that_ignores_ranges_is_asked_for_all_again(site: Site, tmp_path: Path) -> None:
    site.drops, site.knows_ranges = 1, False
    assert download(site.address, tmp_path / "file.bin", SHA256, pause=0) == SHA256
    assert site.sent == len(CONTENT) + len(CONTENT) // 2


def test_without_a_validator_the_download_starts_again(site: Site, tmp_path: Path) -> None:
    site.drops, site.etag = 1, None
    assert download(site.address, tmp_path / "file.bin", SHA256, pause=0) == SHA256
    assert site.asked == [None, None]


def test_a_changed_file_is_not_mixed_with_the_old_one(site: Site, tmp_path: Path) -> None:
    give_up(site, tmp_path / "file.bin")
    site.content, site.etag = OTHER, '"two"'
    download(site.address, tmp_path / "file.bin")
    assert (tmp_path / "file.bin").read_bytes() == OTHER


def test_a_changed_size_under_the_same_validator_starts_again(site: Site, tmp_path: Path) -> None:
    give_up(site, tmp_path / "file.bin")
    site.content = OTHER + b"longer"
    download(site.address, tmp_path / "file.bin", pause=0)
    assert (tmp_path / "file.bin").read_bytes() == OTHER + b"longer"


@pytest.mark.parametrize("how", ["trickles", "stalls"])
def test_a_server_that_hardly_sends_is_left_and_gone_on_with(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    monkeypatch.setattr("bulk2cell.download.download.TIMEOUT", 0.3)
    setattr(site, how, 1)
    assert download(site.address, tmp_path / "file.bin", SHA256, pause=0) == SHA256
    first, second = site.asked
    assert first is None
    assert second is not None
    assert 0 < int(second.removeprefix("bytes=").removesuffix("-")) <= 1000
    assert ("too slowly" if how == "trickles" else "timed out") in capsys.readouterr().err


def test_a_full_disk_is_not_the_servers_fault(site: Site, tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys; from pathlib import Path; from bulk2cell.download.download import download; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)); "
        "download(sys.argv[1], Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, site.address, str(tmp_path / "file.bin")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "OSError: [Errno 27] File too large" in ended.stderr.splitlines()[-1]
    assert len(site.asked) == 1
    assert left(tmp_path) == ["file.bin.part", "file.bin.part.json"]
    assert download(site.address, tmp_path / "file.bin") == SHA256
    assert site.asked[1] == f"bytes={1 << 20}-"


def test_a_busy_server_is_asked_again(site: Site, tmp_path: Path) -> None:
    site.failures = 2
    assert download(site.address, tmp_path / "file.bin", SHA256, pause=0) == SHA256
    assert len(site.asked) == 3


def test_wrong_content_is_deleted_and_both_sums_are_named(site: Site, tmp_path: Path) -> None:
    site.content = OTHER
    found = hashlib.sha256(OTHER).hexdigest()
    with pytest.raises(DownloadError, match=f"expected {SHA256}, found {found}"):
        download(site.address, tmp_path / "file.bin", SHA256)
    assert left(tmp_path) == []


def test_a_missing_file_is_not_asked_for_twice(site: Site, tmp_path: Path) -> None:
    site.status = 404
    with pytest.raises(DownloadError, match="404"):
        download(site.address, tmp_path / "file.bin", pause=0)
    assert len(site.asked) == 1
    assert left(tmp_path) == []


def test_without_length_and_sha256_nothing_is_taken_for_whole(site: Site, tmp_path: Path) -> None:
    site.tells_length = False
    with pytest.raises(DownloadError, match="does not state the length"):
        download(site.address, tmp_path / "file.bin")
    assert not (tmp_path / "file.bin").exists()
    assert download(site.address, tmp_path / "file.bin", SHA256) == SHA256


def test_nobody_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(DownloadError, match=f"{ATTEMPTS} attempts; check the network"):
        download("http://127.0.0.1:9/file.bin", tmp_path / "file.bin", pause=0)


def test_the_first_download_is_recorded_and_later_ones_must_match(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = RemoteFile(site.address, None)
    with official_file(file, tmp_path) as path:
        assert path.read_bytes() == CONTENT
    assert "unverified: first download, sha256 recorded" in capsys.readouterr().err
    assert (tmp_path / "file.bin.sha256").read_text().strip() == SHA256

    with official_file(file, tmp_path):
        pass
    assert len(site.asked) == 1

    path.unlink()
    site.content = OTHER
    with (
        pytest.raises(DownloadError, match=f"expected {SHA256}.*delete .*file.bin.sha256"),
        official_file(file, tmp_path),
    ):
        pass
    assert left(tmp_path) == ["file.bin.sha256"]


def test_a_damaged_cached_file_is_downloaded_again(site: Site, tmp_path: Path) -> None:
    file = RemoteFile(site.address, SHA256)
    (tmp_path / "file.bin").write_bytes(OTHER)
    with official_file(file, tmp_path) as path:
        assert path.read_bytes() == CONTENT


def test_an_unverified_file_that_cannot_be_used_is_not_recorded(site: Site, tmp_path: Path) -> None:
    with (
        pytest.raises(DownloadError, match="no table"),
        official_file(RemoteFile(site.address, None), tmp_path),
    ):
        raise DownloadError("no table")
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    "record", [b"", b"no sha256", b"\xff\xfe", b"\0" * 64, 65 * b"a", b"a" * 64 + b"\nb"]
)
def test_a_damaged_record_of_the_first_download_is_one_line(
    site: Site, tmp_path: Path, record: bytes
) -> None:
    (tmp_path / "file.bin.sha256").write_bytes(record)
    with (
        pytest.raises(
            DownloadError, match=r"file.bin.sha256: damaged, holds no sha256; delete it and fetch again"
        ),
        official_file(RemoteFile(site.address, None), tmp_path),
    ):
        pass
    assert site.asked == []


def test_no_more_than_the_catalogues_size_is_taken(site: Site, tmp_path: Path) -> None:
    with (
        pytest.raises(DownloadError, match=f"{len(CONTENT)} bytes long, more than the 5 bytes allowed"),
        official_file(RemoteFile(site.address, SHA256, size=5), tmp_path),
    ):
        pass
    assert left(tmp_path) == []
