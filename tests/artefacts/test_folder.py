import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bulk2cell.artefacts import folder as module
from bulk2cell.artefacts.folder import claimed, new_artefact, refuse_to_replace
from bulk2cell.artefacts.manifest import Kind, sha256
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
    with pytest.raises(ArtefactError, match="is not scores of bulk2cell") as error:
        make(path)
    one_line(error)
    assert sha256(path) == before
    assert list(tmp_path.iterdir()) == [path]


def write_notes(path: Path) -> str:
    (path / "notes.txt").write_text("mine")
    return "notes.txt"


def save_a_figure_in_a_folder(path: Path) -> str:
    (path / "figures").mkdir()
    (path / "figures" / "mine.svg").write_text("mine")
    return "figures"


def change_a_file(path: Path) -> str:
    (path / "table.txt").write_text("mine")
    return "table.txt"


def put_a_link_in_its_place(path: Path) -> str:
    (path / "table.txt").rename(path.parent / "table.txt")
    (path / "table.txt").symlink_to(path.parent / "table.txt")
    return "table.txt"


def put_a_folder_in_its_place(path: Path) -> str:
    (path / "table.txt").unlink()
    (path / "table.txt").mkdir()
    return "table.txt"


def spoil_the_manifest(path: Path) -> str:
    (path / "scores.json").write_text("{")
    return "scores.json"


def spoil_the_files_of_the_manifest(path: Path) -> str:
    (path / "scores.json").write_text('{"files": ["table.txt"]}')
    return "scores.json"


@pytest.mark.parametrize(
    "persons",
    [
        write_notes,
        save_a_figure_in_a_folder,
        change_a_file,
        put_a_link_in_its_place,
        put_a_folder_in_its_place,
        spoil_the_manifest,
        spoil_the_files_of_the_manifest,
    ],
)
def test_an_artefact_that_holds_something_of_a_persons_is_not_replaced(
    tmp_path: Path, persons: Callable[[Path], str]
) -> None:
    path = make(tmp_path / "scores")
    name = persons(path)
    before = sha256(tmp_path)
    with pytest.raises(ArtefactError, match=r"move .* away") as error:
        make(path, "two")
    assert str(path / name) in one_line(error)
    assert sha256(tmp_path) == before


def test_it_is_refused_before_the_work(tmp_path: Path) -> None:
    write_notes(make(tmp_path / "scores"))
    with pytest.raises(ArtefactError), new_artefact(tmp_path / "scores", "scores", {}, {}):
        pytest.fail("work was begun")


def test_a_file_that_is_saved_there_during_the_work_is_not_lost(tmp_path: Path) -> None:
    path = make(tmp_path / "scores")
    with (
        pytest.raises(ArtefactError, match=r"notes\.txt does not belong to the scores"),
        new_artefact(path, "scores", {}, {}),
    ):
        write_notes(path)
    assert (path / "table.txt").read_text() == "one"
    assert (path / "notes.txt").read_text() == "mine"


def test_a_file_that_is_saved_there_at_the_last_moment_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path / "scores")

    def check_and_be_late(path: Path, kind: Kind) -> None:
        refuse_to_replace(path, kind)
        if not (path / "notes.txt").exists() and list(tmp_path.glob(".*/*/scores/scores.json")):
            write_notes(path)

    monkeypatch.setattr(module, "refuse_to_replace", check_and_be_late)
    with pytest.raises(ArtefactError, match=r"notes\.txt does not belong to the scores"):
        make(path, "two")
    assert (path / "table.txt").read_text() == "one"
    assert (path / "notes.txt").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_an_artefact_that_lacks_a_file_is_replaced(tmp_path: Path) -> None:
    path = make(tmp_path / "scores")
    (path / "table.txt").unlink()
    make(path, "two")
    assert (path / "table.txt").read_text() == "two"


def test_what_a_file_manager_left_is_no_reason_to_refuse(tmp_path: Path) -> None:
    path = make(tmp_path / "scores")
    (path / ".DS_Store").write_text("x")
    make(path, "two")
    assert sorted(file.name for file in path.iterdir()) == ["scores.json", "table.txt"]


def test_an_artefact_of_another_format_is_replaced(tmp_path: Path) -> None:
    file = make(tmp_path / "scores") / "scores.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 0}))
    make(tmp_path / "scores", "two")
    assert (tmp_path / "scores" / "table.txt").read_text() == "two"


def test_replacing_by_a_smaller_artefact_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make(tmp_path / "scores")
    make(path, "two")
    assert capsys.readouterr().err == ""
    with new_artefact(path, "scores", {}, {}) as draft:
        (draft.folder / "other.txt").write_text("new")
    assert capsys.readouterr().err == f"{path}: replaced; the older scores also had table.txt, now deleted\n"


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_the_artefact_goes_where_it_points(tmp_path: Path, there: bool) -> None:
    (tmp_path / "disk").mkdir()
    link, target = tmp_path / "scores", tmp_path / "disk" / "real"
    if there:
        make(target)
    link.symlink_to(target)
    make(link, "two")
    assert link.is_symlink()
    assert (target / "table.txt").read_text() == "two"
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "disk",
        "real",
        "scores",
        "scores.json",
        "table.txt",
    ]


def test_a_place_is_claimed_before_the_work_starts_and_given_back(tmp_path: Path) -> None:
    out = tmp_path / "new" / "scores"
    with claimed(out, "scores"):
        assert (out.parent / ".scores.bulk2cell" / "lock").is_file()
        make(out, "one")
    assert [found.name for found in out.parent.iterdir()] == ["scores"]
    write_notes(out)
    with pytest.raises(ArtefactError, match=r"notes\.txt"), claimed(out, "scores"):
        pytest.fail("the work has started")
