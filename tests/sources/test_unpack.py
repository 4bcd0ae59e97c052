import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from bulk2cell.errors import DownloadError
from bulk2cell.sources.unpack import extract, extract_tar, tar_members


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


@pytest.mark.parametrize("content", [b"", b"no tar", bytes(1023), b"x" * 4096])
def test_what_is_no_tar_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "archive.tar").write_bytes(content)
    with pytest.raises(DownloadError, match="cut off or damaged"):
        tar_members(tmp_path / "archive.tar")
