import hashlib
import itertools
import json
import re
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from raw_server import Raw, serve_raw

from bulk2cell.cli.app import exit_code
from bulk2cell.download.address import fault_of
from bulk2cell.download.download import ATTEMPTS, download
from bulk2cell.errors import DownloadError, NetworkError

BODY = b"0123456789"
SHA256 = hashlib.sha256(BODY).hexdigest()
OK = b"HTTP/1.1 200 OK\r\n"
ETAG = b'ETag: "one"\r\n'


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def endless() -> Iterator[bytes]:
    yield OK + ETAG + b"Transfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"10000\r\n" + bytes(0x10000) + b"\r\n"


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (b"Content-Length: many", "states the file's length as 'many'"),
        (b"Content-Length: -1", "length as '-1'"),
        (b"Content-Length: +10", "length as '\\+10'"),
        (b"Content-Length: 1_0", "length as '1_0'"),
        (b"Content-Length: 0x0a", "length as '0x0a'"),
        (b"Content-Length: 1e1", "length as '1e1'"),
        (b"Content-Length: " + 5000 * b"9", r"length as '999.*\[\.\.\.\]"),
        (b"Content-Length: \xb2", "length as '\\\\xb2'|length as '²'"),
        (b"Content-Length: 10\r\nContent-Length: 11", "and something else"),
        (b"Content-Length: 10, 10", "length as '10, 10'"),
        (b"Content-Length:", "length as ''"),
        (
            b"Content-Length: 99999999999999",
            "99999999999999 bytes long, more than the 17179869184 bytes allowed",
        ),
        (b"Content-Length: 0", "the length of the file, or states 0"),
        (b"X: y", "the length of the file"),
    ],
)
def test_a_length_that_is_none_is_one_line_at_once(tmp_path: Path, head: bytes, says: str) -> None:
    with serve_raw([OK + head + b"\r\n\r\n" + BODY]) as raw:
        with pytest.raises(DownloadError, match=says) as error:
            download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0)
        assert len(raw.asked) == 1
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 600
    assert left(tmp_path) == []


@pytest.mark.parametrize("length", [b"9", b"11"])
def test_a_length_that_is_wrong_never_passes_for_the_file(tmp_path: Path, length: bytes) -> None:
    with (
        serve_raw([OK + b"Content-Length: " + length + b"\r\n\r\n" + BODY]) as raw,
        pytest.raises(DownloadError, match="sha256 expected" if length == b"9" else "10 of 11 bytes arrived"),
    ):
        download(f"{raw.address}/file.bin", tmp_path / "file.bin", SHA256, pause=0)
    assert not (tmp_path / "file.bin").exists()


def test_chunks_win_over_a_length(tmp_path: Path) -> None:
    chunked = OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\na\r\n" + BODY + b"\r\n0\r\n\r\n"
    with serve_raw([chunked]) as raw:
        assert download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0) == SHA256


@pytest.mark.parametrize(
    "body",
    [b"zz\r\n" + BODY, b"-5\r\n" + BODY, b"a\r\n0123", b"fffffffffffffffffff\r\n" + BODY, b"a" * 10**5, b""],
)
def test_chunks_that_are_none_are_a_broken_connection(tmp_path: Path, body: bytes) -> None:
    with (
        serve_raw([OK + b"Transfer-Encoding: chunked\r\n\r\n" + body]) as raw,
        pytest.raises(NetworkError, match=f"{ATTEMPTS} attempts; check the network"),
    ):
        download(f"{raw.address}/file.bin", tmp_path / "file.bin", SHA256, pause=0)


@pytest.mark.parametrize("sha256", [None, SHA256])
def test_a_file_that_does_not_end_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sha256: str | None
) -> None:
    monkeypatch.setattr("bulk2cell.download.download.LARGEST", 3 << 20)
    with serve_raw([endless()]) as raw:
        with pytest.raises(DownloadError, match="longer than expected, more than the 3145728 bytes allowed"):
            download(f"{raw.address}/file.bin", tmp_path / "file.bin", sha256, pause=0)
        assert len(raw.asked) == 1
    assert left(tmp_path) == []


def test_no_more_is_taken_than_the_catalogue_says(tmp_path: Path) -> None:
    with (
        serve_raw([OK + b"Content-Length: 10\r\n\r\n" + BODY]) as raw,
        pytest.raises(DownloadError, match="10 bytes long, more than the 9 bytes allowed"),
    ):
        download(f"{raw.address}/file.bin", tmp_path / "file.bin", size=9, pause=0)
    with (
        serve_raw([itertools.chain([OK + b"\r\n"], itertools.repeat(bytes(1 << 16)))]) as raw,
        pytest.raises(DownloadError, match="longer than expected, more than the 9 bytes"),
    ):
        download(f"{raw.address}/file.bin", tmp_path / "file.bin", SHA256, size=9, pause=0)
    assert left(tmp_path) == []


def first_half(total: int = 10) -> bytes:
    return OK + ETAG + b"Content-Length: %d\r\n\r\n01234" % total


@pytest.mark.parametrize(
    "content_range",
    [
        b"bytes 0-9/10",
        b"bytes 5-9/*",
        b"bytes 5-9/11",
        b"bytes 5-99999999999999999999/10",
        b"bytes */10",
        b"\x1b[31m",
        b"",
        b"bytes 5-9/10\r\nContent-Range: bytes 0-9/10",
    ],
)
def test_a_range_that_is_another_one_starts_again(tmp_path: Path, content_range: bytes) -> None:
    partly = b"HTTP/1.1 206 Partial Content\r\nContent-Range: " + content_range + b"\r\n\r\nxxxxx"
    with serve_raw([first_half(), partly, OK + b"Content-Length: 10\r\n\r\n" + BODY]) as raw:
        download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0)
    assert (tmp_path / "file.bin").read_bytes() in (BODY, b"01234xxxxx")
    assert len(raw.asked) == 3 or content_range.endswith(b"0-9/10")


def test_more_than_the_rest_of_a_file_is_not_taken(tmp_path: Path) -> None:
    rest = b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/10\r\n\r\n56789" + bytes(1000)
    with serve_raw([first_half(), rest, OK + b"Content-Length: 10\r\n\r\n" + BODY]) as raw:
        assert download(f"{raw.address}/file.bin", tmp_path / "file.bin", SHA256, pause=0) == SHA256
        assert len(raw.asked) == 3


def test_a_part_that_nobody_asked_for_is_not_the_file(tmp_path: Path) -> None:
    partly = (
        b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-9/10\r\nContent-Length: 10\r\n\r\n" + BODY
    )
    with serve_raw([partly]) as raw, pytest.raises(NetworkError, match="sent only a part of it"):
        download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0)
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("line", "kind", "says"),
    [
        (b"HTTP/1.1 204 No Content", DownloadError, "answered 204 No Content, not the file"),
        (b"HTTP/1.1 299 \x1b]0;owned\x07", DownloadError, r"answered 299 \\x1b\]0;owned\\x07, not the file"),
        (
            b"HTTP/1.1 404 \x1b[2J\x9b31m" + 60000 * b"x",
            DownloadError,
            r"answered 404 \\x1b\[2J\\x9b31mxx.* \[\.\.\.\] x",
        ),
        (b"HTTP/1.1 304 Not Modified", DownloadError, "answered 304 Not Modified"),
        (b"HTTP/1.1 999 what", NetworkError, "answered 999 what"),
        (b"HTTP/1.1 \x1b[31m OK", NetworkError, r"\\x1b\[31m OK"),
        (b"HTTP/9.9 200 OK", NetworkError, "HTTP/9.9"),
        (b"SSH-2.0-OpenSSH_9.6", NetworkError, "SSH-2.0"),
        (b"", NetworkError, f"{ATTEMPTS} attempts"),
        (70000 * b"x", NetworkError, f"{ATTEMPTS} attempts"),
        (b"HTTP/1.1 200 OK\r\n" + 200 * b"X: y\r\n", NetworkError, "more than 100 headers"),
    ],
)
def test_an_answer_that_is_none_is_one_line_that_no_terminal_obeys(
    tmp_path: Path, line: bytes, kind: type[Exception], says: str
) -> None:
    with serve_raw([line + b"\r\n\r\n"]) as raw, pytest.raises(DownloadError, match=says) as error:
        download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0)
    assert type(error.value) is kind
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 800
    assert left(tmp_path) == []


def test_no_network_may_help_to_try_again_and_no_file_does_not(tmp_path: Path) -> None:
    with serve_raw([b""]) as raw, pytest.raises(NetworkError) as gone:
        download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0)
    with serve_raw([b"HTTP/1.1 404 Not Found\r\n\r\n"]) as raw, pytest.raises(DownloadError) as missing:
        download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0)
    assert (exit_code(gone.value), exit_code(missing.value)) == (75, 2)


@pytest.mark.parametrize(
    "etag", [b'"a\x1b[31m"', b'"a"\r\n b', b'"' + 1000 * b"a" + b'"', b'"\xff"', b"\x00"]
)
def test_an_etag_that_is_no_plain_text_is_not_sent_back(tmp_path: Path, etag: bytes) -> None:
    first = OK + b"ETag: " + etag + b"\r\nContent-Length: 10\r\n\r\n01234"
    with serve_raw([first, OK + b"Content-Length: 10\r\n\r\n" + BODY]) as raw:
        assert download(f"{raw.address}/file.bin", tmp_path / "file.bin", SHA256, pause=0) == SHA256
    assert "If-Range" not in raw.asked[1]


NOTES = [
    b"",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"7",
    b'"text"',
    b"{}",
    b"not json",
    b'{"validator": "\\"one\\""}',
    b'{"validator": 1, "total": 10}',
    b'{"validator": null, "total": 10}',
    b'{"validator": "", "total": 10}',
    b'{"validator": "a\\r\\nX: y", "total": 10}',
    b'{"validator": "\\u20ac", "total": 10}',
    b'{"validator": "\\ud800", "total": 10}',
    b'{"validator": "\\"one\\"", "total": "10"}',
    b'{"validator": "\\"one\\"", "total": -1}',
    b'{"validator": "\\"one\\"", "total": true}',
    b'{"validator": "\\"one\\"", "total": 10.0}',
    b'{"validator": "\\"one\\"", "total": 1e999}',
    b'{"validator": "\\"one\\"", "total": 4}',
    b'{"validator": "\\"one\\"", "total": null}',
    b'{"validator": "\\"one\\"", "total": 17179869185}',
    b'{"validator": "\\"one\\"", "total": ' + 5000 * b"9" + b"}",
    100_000 * b"[",
]


@pytest.mark.parametrize("note", NOTES)
def test_a_damaged_note_of_what_has_arrived_starts_again(tmp_path: Path, note: bytes) -> None:
    (tmp_path / "file.bin.part").write_bytes(b"01234")
    (tmp_path / "file.bin.part.json").write_bytes(note)
    with serve_raw([OK + b"Content-Length: 10\r\n\r\n" + BODY]) as raw:
        assert download(f"{raw.address}/file.bin", tmp_path / "file.bin", SHA256, pause=0) == SHA256
    (asked,) = raw.asked
    assert "Range" not in asked
    assert left(tmp_path) == ["file.bin"]


@pytest.mark.parametrize("content", [b"", b"0123456789+"])
def test_a_part_that_is_empty_or_too_long_starts_again(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.bin.part").write_bytes(content)
    (tmp_path / "file.bin.part.json").write_text(json.dumps({"validator": '"one"', "total": 10}))
    with serve_raw([OK + b"Content-Length: 10\r\n\r\n" + BODY]) as raw:
        assert download(f"{raw.address}/file.bin", tmp_path / "file.bin", SHA256, pause=0) == SHA256
    assert "Range" not in raw.asked[0]


@pytest.mark.parametrize("name", ["file.bin.part", "file.bin.part.json", "file.bin"])
def test_what_is_wrong_with_the_cache_is_not_told_as_the_networks_fault(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with serve_raw([OK + b"Content-Length: 10\r\n\r\n" + BODY]) as raw:
        with pytest.raises(OSError, match=re.escape(name)):
            download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0)
        assert len(raw.asked) == 1


def redirection(address: str) -> bytes:
    return b"HTTP/1.1 302 Found\r\nLocation: " + address.encode("latin-1") + b"\r\nContent-Length: 0\r\n\r\n"


def test_a_redirection_on_this_machine_is_followed(tmp_path: Path) -> None:
    with (
        serve_raw([OK + b"Content-Length: 10\r\n\r\n" + BODY]) as end,
        serve_raw([redirection(f"{end.address}/x?y=1")]) as raw,
    ):
        assert download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0) == SHA256


@pytest.mark.parametrize(
    "where", ["ftp://127.0.0.1:{port}/x", "http://u:p@127.0.0.1:{port}/x", "http://127.0.0.2:{port}/x"]
)
def test_a_redirection_elsewhere_is_refused_before_anything_is_contacted(tmp_path: Path, where: str) -> None:
    with serve_raw([b""]) as victim, serve_raw([redirection(where.format(port=port(victim)))]) as raw:
        with pytest.raises(DownloadError, match=r"leads to|not allowed"):
            download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0)
        assert (len(raw.asked), victim.asked) == (1, [])
    assert left(tmp_path) == []


def port(raw: Raw) -> str:
    return raw.address.rpartition(":")[2]


def test_a_redirection_to_plain_http_is_refused_before_a_proxy_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_raw([b""]) as proxy, serve_raw([redirection("http://example.invalid/x")]) as raw:
        monkeypatch.setenv("http_proxy", proxy.address)
        with pytest.raises(DownloadError, match=r"leads to http://example\.invalid/x: not https; refused"):
            download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0)
        assert proxy.asked == []


def test_from_https_no_redirection_leads_to_http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "key.pem",
                "-out",
                "cert.pem",
            ),
            *("-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("no openssl that makes a certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with (
        serve_raw([OK + b"Content-Length: 10\r\n\r\n" + BODY]) as victim,
        serve_raw([redirection(f"{victim.address}/x")], secure) as raw,
    ):
        with pytest.raises(DownloadError, match=r"leads to http://127\.0\.0\.1:\d+/x: not https; refused"):
            download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0)
        assert (len(raw.asked), victim.asked) == (1, [])


@pytest.mark.parametrize(
    "where",
    [
        "file:///etc/passwd",
        "data:text/plain,x",
        "gopher://127.0.0.1/",
        "http://[::1",
        "http://127.0.0.1:port/",
        "http://127.0.0.1:99999/",
        "http:///x",
        "http://exämple.invalid/",
        "//[/",
        "\x1b[31m",
        "",
    ],
)
def test_a_redirection_to_nowhere_is_one_line(tmp_path: Path, where: str) -> None:
    with serve_raw([redirection(where)]) as raw, pytest.raises(DownloadError) as error:
        download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0)
    assert str(error.value).isprintable()
    assert left(tmp_path) == []


def test_a_redirection_that_never_ends_is_left(tmp_path: Path) -> None:
    with serve_raw([redirection(f"/{number}") for number in range(100)]) as raw:
        with pytest.raises(DownloadError, match="infinite loop"):
            download(f"{raw.address}/file.bin", tmp_path / "file.bin", pause=0)
        assert len(raw.asked) == 6


ALLOWED = [
    "https://example.org",
    "https://example.org/x/a.tar?d=1&e=%20#f",
    "HTTPS://Example.org:8443/x",
    "https://xn--exmple-cua.org/%C3%A9",
    "https://[2001:db8::1]/x",
    "http://127.0.0.1:8080/x",
    "http://localhost/x",
]
REFUSED = [
    "",
    "example.org/x",
    "//example.org/x",
    "http://example.org/x",
    "http://127.0.0.1.example.org/x",
    "http://localhost@example.org/x",
    "ftp://example.org/x",
    "file:///etc/passwd",
    "data:text/plain,x",
    "javascript://x",
    "https:///x",
    "https://",
    "https:/example.org/x",
    "https://user:password@example.org/x",
    "https://user@example.org/x",
    "https://example.org:port/x",
    "https://example.org:99999/x",
    "https://example.org:/x",
    "https://example.org:-1/x",
    "https://exämple.org/x",
    "https://example.org/é",
    "https://example.org/a b",
    "https://example.org/a\r\nX: y",
    "https://example.org/\x1b[31m",
    "https://example.org/\udce9",
    "https://example.org\\@127.0.0.1/x",
    "https://[::1/x",
    "https://example.org/x\n",
    " https://example.org/x",
]


@pytest.mark.parametrize("url", ALLOWED)
def test_addresses_that_may_be_asked(url: str) -> None:
    assert fault_of(url) == ""


@pytest.mark.parametrize("url", REFUSED)
def test_odd_addresses_are_one_line_before_anything_is_contacted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    with serve_raw([b""]) as proxy:
        for name in ("http_proxy", "https_proxy", "ftp_proxy"):
            monkeypatch.setenv(name, proxy.address)
        with pytest.raises(DownloadError) as error:
            download(url, tmp_path / "file.bin", pause=0)
        assert proxy.asked == []
    assert str(error.value).isprintable()
    assert left(tmp_path) == []


def test_the_command_shows_a_servers_words_as_one_line_that_no_terminal_obeys(
    bulk2cell: Callable[..., Any], tmp_path: Path
) -> None:
    with serve_raw([b"HTTP/1.1 404 \x1b]0;owned\x07\x1b[2J gone\r\n\r\n"]) as raw:
        (tmp_path / "own.yaml").write_text(
            "mine:\n  what: cells\n  drug: Erlotinib\n"
            f"  cells: {{files: [{{name: a.tar, url: '{raw.address}/a.tar'}}], scale: counts}}\n"
            "  labels: {by: file, sensitive: {match: a, cells: a}, resistant: {match: b, cells: b}}\n"
        )
        words = [
            "--catalogue",
            tmp_path / "own.yaml",
            "--cache",
            tmp_path / "cache",
            "--out",
            tmp_path / "out",
        ]
        ended = bulk2cell("fetch", "mine", *words)
    assert ended.code == 2
    asked, error = ended.err.splitlines()
    assert asked == f"downloading {raw.address}/a.tar"
    assert error.startswith(
        rf"error: {raw.address}/a.tar: the server answered 404 \x1b]0;owned\x07\x1b[2J gone; look in"
    )
    assert list((tmp_path / "out").iterdir()) == []
