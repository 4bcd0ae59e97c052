import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.errors import ArtefactError
from bulk2cell.run.finished import RECORD, do_once
from made_up import add_missing_files, content_of, parameters_of

Do = Callable[..., int]


@pytest.fixture
def do(tmp_path: Path) -> Do:
    """Do a small stage once and return how often it has been done."""
    done = 0

    def run(parameters: dict[str, object], inputs: dict[str, str], name: str = "scores") -> int:
        out = tmp_path / "p" / name

        def small() -> Manifest:
            nonlocal done
            done += 1
            return written(out)

        made = do_once(tmp_path, out, "scores", "small", parameters, inputs, small)
        assert made.path == out
        return done

    return run


def test_a_finished_stage_is_not_repeated(do: Do) -> None:
    assert [do({"a": 1}, {"x": "1"}) for _ in range(3)] == [1, 1, 1]


def test_a_change_of_parameters_or_inputs_repeats_it(do: Do) -> None:
    assert do({"a": 1}, {"x": "1"}) == 1
    assert do({"a": 2}, {"x": "1"}) == 2
    assert do({"a": 2}, {"x": "2"}) == 3
    assert do({"a": 2}, {"x": "2"}) == 3


def test_other_stages_are_known_beside_it(do: Do) -> None:
    assert [do({}, {}), do({}, {}, "b"), do({}, {}), do({}, {}, "b")] == [1, 2, 2, 2]


def test_a_missing_result_or_one_without_a_file_is_made_again(do: Do, tmp_path: Path) -> None:
    assert do({}, {}) == 1
    (tmp_path / "p" / "scores" / "table.txt").unlink()
    assert do({}, {}) == 2
    shutil.rmtree(tmp_path / "p" / "scores")
    assert do({}, {}) == 3


def test_a_changed_file_of_a_result_is_kept_and_named(do: Do, tmp_path: Path) -> None:
    assert do({}, {}) == 1
    table = tmp_path / "p" / "scores" / "table.txt"
    table.write_text("y")
    with pytest.raises(ArtefactError, match=r"table\.txt has been changed since it was written"):
        do({}, {})
    assert table.read_text() == "y"
    table.unlink()
    assert do({}, {}) == 2


def test_without_its_record_it_is_made_again(do: Do, tmp_path: Path) -> None:
    assert do({}, {}) == 1
    (tmp_path / RECORD).unlink()
    assert do({}, {}) == 2


def test_a_record_that_cannot_be_read_counts_as_none(do: Do, tmp_path: Path) -> None:
    assert do({}, {}) == 1
    (tmp_path / RECORD).write_text("{")
    assert do({}, {}) == 2


def test_a_failed_stage_is_named_and_not_recorded(tmp_path: Path) -> None:
    def explode() -> Manifest:
        raise ZeroDivisionError

    out = tmp_path / "p" / "scores"
    with pytest.raises(ZeroDivisionError) as error:
        do_once(tmp_path, out, "scores", "explode", {}, {}, explode)
    assert error.value.__notes__ == ["explode"]
    assert list(tmp_path.iterdir()) == []


def written(out: Path) -> Manifest:
    with new_artefact(out, "scores", parameters_of("scores"), {}) as draft:
        (draft.folder / "table.txt").write_text("x")
        add_missing_files(draft.folder, "scores")
        draft.content |= content_of("scores")
    assert draft.manifest
    return draft.manifest
