from pathlib import Path

import pytest

from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.manifest import sha256
from bulk2cell.errors import ArtefactError


def make(path: Path, text: str = "one") -> Path:
    with new_artefact(path, "scores", {"seed": 1}, {"study": "abc"}) as draft:
        (draft.folder / "table.txt").write_text(text)
        draft.content["pair"] = "toy"
    return path


def break_off(path: Path, error: type[BaseException]) -> None:
    with new_artefact(path, "scores", {}, {}) as draft:
        (draft.folder / "table.txt").write_text("half")
        raise error


def one_line(error: pytest.ExceptionInfo[ArtefactError]) -> str:
    assert "\n" not in str(error.value)
    return str(error.value)


def test_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    assert sha256(make(tmp_path / "a")) == sha256(make(tmp_path / "b"))
    assert sha256(make(tmp_path / "b", "two")) != sha256(tmp_path / "a")


def test_a_failed_making_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        break_off(tmp_path / "scores", ZeroDivisionError)
    assert list(tmp_path.iterdir()) == []


def test_content_that_is_no_json_leaves_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="JSON"),
        new_artefact(tmp_path / "scores", "scores", {}, {}) as draft,
    ):
        draft.content["auroc"] = float("nan")
    assert list(tmp_path.iterdir()) == []


def test_nothing_stands_at_the_place_before_the_end(tmp_path: Path) -> None:
    with new_artefact(tmp_path / "scores", "scores", {}, {}):
        assert not (tmp_path / "scores").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["scores"]


def test_an_interrupted_rewriting_keeps_the_old_one(tmp_path: Path) -> None:
    path = make(tmp_path / "scores")
    before = sha256(path)
    with pytest.raises(KeyboardInterrupt):
        break_off(path, KeyboardInterrupt)
    assert sha256(path) == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_artefact_of_the_same_kind_is_replaced_whole(tmp_path: Path) -> None:
    path = make(tmp_path / "scores")
    with new_artefact(path, "scores", {}, {}) as draft:
        (draft.folder / "other.txt").write_text("new")
    assert sorted(file.name for file in path.iterdir()) == ["other.txt", "scores.json"]
    assert list(tmp_path.iterdir()) == [path]


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "scores").mkdir()
    make(tmp_path / "scores")
    assert (tmp_path / "scores" / "scores.json").is_file()


@pytest.mark.parametrize("what", ["folder", "file", "model"])
def test_something_else_is_never_replaced(tmp_path: Path, what: str) -> None:
    path = tmp_path / "mine"
    if what == "file":
        path.write_text("thesis")
    elif what == "folder":
        path.mkdir()
        (path / "thesis.txt").write_text("thesis")
    else:
        with new_artefact(path, "model", {}, {}):
            pass
    before = sha256(path)
    with pytest.raises(ArtefactError, match="is not a scores of bulk2cell") as error:
        make(path)
    one_line(error)
    assert sha256(path) == before
    assert list(tmp_path.iterdir()) == [path]
