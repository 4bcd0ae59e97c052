from contextlib import suppress
from pathlib import Path

import pytest

from bulk2cell.artefacts.files import make_files, put_files
from bulk2cell.artefacts.manifest import sha256
from bulk2cell.errors import InputError


def make(out: Path, **files: str) -> None:
    with make_files(out) as made:
        for name, text in files.items():
            (made / name).write_text(text)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("there", [True, False])
def test_files_come_together(tmp_path: Path, there: bool) -> None:
    out = tmp_path / "out"
    if there:
        out.mkdir()
    with make_files(out) as made:
        (made / "a").write_text("1")
        assert not (out / "a").exists()
        (made / "b").write_text("2")
    assert contents(out) == {"a": "1", "b": "2"}
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("there", [True, False])
def test_a_failure_leaves_nothing(tmp_path: Path, there: bool) -> None:
    out = tmp_path / "out"
    if there:
        out.mkdir()
    with suppress(ZeroDivisionError), make_files(out) as made:
        (made / "a").write_text("1")
        raise ZeroDivisionError
    assert [path for path in tmp_path.rglob("*") if path != out] == []


def test_other_files_stay_and_the_same_ones_may_be_there(tmp_path: Path) -> None:
    make(tmp_path, a="1")
    (tmp_path / "notes.txt").write_text("mine")
    make(tmp_path, a="1", b="2")
    assert contents(tmp_path) == {"a": "1", "b": "2", "notes.txt": "mine"}


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_where_one_is_in_the_way_none_comes(tmp_path: Path, kind: str) -> None:
    out, target = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    if kind == "folder":
        (out / "b").mkdir()
    elif kind == "file":
        (out / "b").write_text("mine")
    else:
        target.write_text("mine")
        (out / "b").symlink_to(target)
    with pytest.raises(InputError, match="b already exists with other content; move it away") as error:
        make(out, a="1", b="2", c="3")
    assert "\n" not in str(error.value)
    assert [path.name for path in out.iterdir()] == ["b"]


def test_only_a_file_that_is_as_recorded_is_replaced(tmp_path: Path) -> None:
    out, made = tmp_path / "out", tmp_path / "made"
    for folder, text in ((out, "old"), (made, "new")):
        folder.mkdir()
        (folder / "a").write_text(text)
    with pytest.raises(InputError):
        put_files(made, out, ["a"], {"a": sha256(made / "a")})
    put_files(made, out, ["a"], {"a": sha256(out / "a")})
    assert contents(out) == {"a": "new"}
