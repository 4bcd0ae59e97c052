import contextlib
import io
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk2cell.download.unpack import extract, extract_tar, tar_members
from bulk2cell.errors import DownloadError


def archive(folder: Path, members: dict[str, bytes], mode: int = 0) -> Path:
    path = folder / "archive.zip"
    with zipfile.ZipFile(path, "w") as opened:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            opened.writestr(info, content)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inner").mkdir()
    return tmp_path / "inner"


def test_only_named_members_are_taken(tmp_path: Path, folder: Path) -> None:
    path = archive(tmp_path, {"data/a.txt": b"a", "data/b.txt": b"b", "code.py": b"c"})
    assert extract(path, ["data/b.txt"], folder) == {"b.txt": folder / "b.txt"}
    assert [(file.name, file.read_bytes()) for file in folder.iterdir()] == [("b.txt", b"b")]


@pytest.mark.parametrize(
    "name", ["../out.txt", "data/../../out.txt", "/tmp/bulk2cell-out.txt", "..\\out.txt", "C:out.txt", ".."]
)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, folder: Path, name: str) -> None:
    path = archive(tmp_path, {name: b"x"})
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DownloadError):
        extract(path, [name], folder)
    assert sorted(tmp_path.rglob("*")) == before
    assert not Path("/tmp/bulk2cell-out.txt").exists()


def test_a_symbolic_link_is_refused(tmp_path: Path, folder: Path) -> None:
    path = archive(tmp_path, {"link": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777)
    with pytest.raises(DownloadError, match="refused to extract 'link'"):
        extract(path, ["link"], folder)
    assert list(folder.iterdir()) == []


def test_a_link_that_lies_in_the_way_is_not_followed(tmp_path: Path, folder: Path) -> None:
    (folder / "a.txt").symlink_to(tmp_path / "victim.txt")
    with pytest.raises(FileExistsError):
        extract(archive(tmp_path, {"a.txt": b"a"}), ["a.txt"], folder)
    assert not (tmp_path / "victim.txt").exists()


def test_a_missing_member_or_a_damaged_archive_is_refused(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(DownloadError, match=r"no item named 'b.txt'"):
        extract(archive(tmp_path, {"a.txt": b"a"}), ["b.txt"], folder)
    (tmp_path / "broken.zip").write_bytes(b"no archive")
    with pytest.raises(DownloadError, match="not a zip file"):
        extract(tmp_path / "broken.zip", ["a.txt"], folder)


def tar_of(folder: Path, *members: tarfile.TarInfo) -> Path:
    path = folder / "archive.tar"
    with tarfile.open(path, "w") as opened:
        for member in members:
            opened.addfile(member, io.BytesIO(bytes(member.size)) if member.size else None)
    return path


def test_only_wanted_members_of_a_tar_are_taken(tmp_path: Path, folder: Path) -> None:
    members = [tarfile.TarInfo(name) for name in ("a.txt", "b.txt", "sub")]
    members[0].size, members[2].type = 3, tarfile.DIRTYPE
    path = tar_of(tmp_path, *members)
    assert tar_members(path) == ["a.txt", "b.txt"]
    extract_tar(path, {"a.txt": folder / "mine.txt"})
    assert [(file.name, file.read_bytes()) for file in folder.iterdir()] == [("mine.txt", bytes(3))]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, folder: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("a.txt")
    member.type, member.linkname = kind, "/etc/passwd"
    with pytest.raises(DownloadError, match=r"refused to extract 'a.txt'"):
        extract_tar(tar_of(tmp_path, member), {"a.txt": folder / "a.txt"})
    assert list(folder.iterdir()) == []


def test_a_sparse_member_that_would_fill_the_disk_is_refused(tmp_path: Path, folder: Path) -> None:
    header = tarfile.TarInfo("a.txt")
    header.type = tarfile.GNUTYPE_SPARSE
    block = bytearray(header.tobuf(tarfile.GNU_FORMAT))
    block[483:495] = tarfile.itn(1 << 24, 12, tarfile.GNU_FORMAT)  # type: ignore[attr-defined]
    (tmp_path / "archive.tar").write_bytes(with_checksum(block) + bytes(1024))
    with pytest.raises(DownloadError, match=r"refused to extract 'a.txt'"):
        extract_tar(tmp_path / "archive.tar", {"a.txt": folder / "a.txt"})
    assert list(folder.iterdir()) == []


def with_checksum(block: bytearray) -> bytes:
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def test_a_member_of_a_size_below_0_is_not_read_for_ever(tmp_path: Path) -> None:
    back = bytearray(tarfile.TarInfo("a.txt").tobuf(tarfile.GNU_FORMAT))
    back[124:136] = tarfile.itn(-512, 12, tarfile.GNU_FORMAT)  # type: ignore[attr-defined]
    first = tarfile.TarInfo("b.txt").tobuf(tarfile.GNU_FORMAT)
    (tmp_path / "archive.tar").write_bytes(first + with_checksum(back) + bytes(1024))
    command = "from bulk2cell.download.unpack import tar_members; from pathlib import Path; tar_members(Path('archive.tar'))"
    ended = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=20
    )
    assert ended.stderr.splitlines()[-1].startswith(
        "bulk2cell.errors.DownloadError: archive.tar: cut off or damaged"
    )


def test_names_of_names_of_names_are_one_line(tmp_path: Path) -> None:
    name = tarfile.TarInfo("././@LongLink")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 5
    block = name.tobuf(tarfile.GNU_FORMAT) + b"name".ljust(512, b"\0")
    (tmp_path / "archive.tar").write_bytes(3000 * block + bytes(1024))
    with pytest.raises(DownloadError, match="cut off or damaged"):
        tar_members(tmp_path / "archive.tar")


NO_PLAIN_TEXT = ["a\udce9.txt", "a\x1b[31m.txt", "line\nbreak.txt", "a\0b.txt", 300 * "x", "abc\u202etxt.exe"]


@pytest.mark.parametrize("name", NO_PLAIN_TEXT)
def test_a_name_in_a_tar_that_is_no_plain_text_is_refused(tmp_path: Path, folder: Path, name: str) -> None:
    path = tmp_path / "archive.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as opened:
        member = tarfile.TarInfo("a.txt")
        member.pax_headers = {"path": name}
        opened.addfile(member)
    (found,) = tar_members(path)
    with pytest.raises(DownloadError, match="refused to extract") as error:
        extract_tar(path, {found: folder / "a.txt"})
    assert str(error.value).isprintable()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["a\x1b[31m.txt", "line\nbreak.txt", 300 * "x", "", "a/"])
def test_a_name_in_a_zip_that_is_no_plain_text_is_refused(tmp_path: Path, folder: Path, name: str) -> None:
    with pytest.raises(DownloadError, match="refused to extract") as error:
        extract(archive(tmp_path, {name: b""}), [name], folder)
    assert str(error.value).isprintable()
    assert list(folder.iterdir()) == []


def test_a_member_that_is_there_twice_is_refused(tmp_path: Path, folder: Path) -> None:
    path = tar_of(tmp_path, tarfile.TarInfo("a.txt"), tarfile.TarInfo("a.txt"))
    with pytest.raises(DownloadError, match=r"holds 'a.txt' twice"):
        extract_tar(path, {"a.txt": folder / "tar.txt"})
    path = archive(tmp_path, {"a.txt": b"a"})
    with zipfile.ZipFile(path, "a") as opened, pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr("a.txt", b"another")
    with pytest.raises(DownloadError, match=r"holds 'a.txt' twice"):
        extract(path, ["a.txt"], folder)


def test_a_member_longer_than_any_file_that_is_taken_is_refused(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bulk2cell.download.unpack.LARGEST", 1000)
    with pytest.raises(DownloadError, match="has 1001 bytes, more than 1000"):
        extract(archive(tmp_path, {"a.txt": bytes(1001)}), ["a.txt"], folder)
    assert list(folder.iterdir()) == []


def test_a_zip_that_holds_more_than_it_declares_is_refused(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.txt", bytes(1 << 20))
    path.write_bytes(path.read_bytes().replace((1 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    with pytest.raises(DownloadError, match="damaged"):
        extract(path, ["a.txt"], folder)
    assert (folder / "a.txt").stat().st_size <= 1000


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_archive_is_one_line_or_read(data: st.DataObject) -> None:
    whole = {"archive.tar": small_tar(), "archive.zip": small_zip()}
    name = data.draw(st.sampled_from(sorted(whole)))
    content = bytearray(whole[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as temporary, contextlib.suppress(DownloadError):
        path, folder = Path(temporary) / name, Path(temporary) / "out"
        path.write_bytes(content)
        folder.mkdir()
        if name.endswith("zip"):
            extract(path, ["a.txt", "b.txt", "c.txt"], folder)
        else:
            extract_tar(path, {name: folder / str(place) for place, name in enumerate(tar_members(path))})


def small_tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as opened:
        for name in ("a.txt", 120 * "b", "é.txt"):
            member = tarfile.TarInfo(name)
            member.size = 5
            opened.addfile(member, io.BytesIO(b"hello"))
        size = opened.offset
    return stream.getvalue()[: size + 1024]


def small_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        for name, kind in (
            ("a.txt", zipfile.ZIP_DEFLATED),
            ("b.txt", zipfile.ZIP_BZIP2),
            ("c.txt", zipfile.ZIP_LZMA),
        ):
            opened.writestr(name, 20 * b"hello", compress_type=kind)
    return stream.getvalue()


@pytest.mark.parametrize("content", [b"", b"no tar", bytes(1023), b"x" * 4096])
def test_what_is_no_tar_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "archive.tar").write_bytes(content)
    with pytest.raises(DownloadError, match="cut off or damaged"):
        tar_members(tmp_path / "archive.tar")
