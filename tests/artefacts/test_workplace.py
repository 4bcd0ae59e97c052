import errno
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bulk2cell.artefacts import workplace as module
from bulk2cell.artefacts.workplace import exchange, put_in_place, workplace
from bulk2cell.errors import ArtefactError

AT_WORK = (
    "import sys; from pathlib import Path; from bulk2cell.artefacts.workplace import workplace\n"
    "with workplace(Path(sys.argv[1])) as own:\n"
    "    (own / 'half').mkdir(); (own / 'half' / 'made.txt').write_text('x'); print('at work', flush=True); sys.stdin.read()"
)


@contextmanager
def another_process(out: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process work on an output for the length of a block."""
    words = [sys.executable, "-c", AT_WORK, str(out)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "at work\n"
        yield process


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def folder_with(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "file.txt").write_text(text)
    return path


def text_in(path: Path) -> str:
    return (path / "file.txt").read_text()


def test_a_second_process_says_who_is_at_work_and_touches_nothing(tmp_path: Path) -> None:
    out = tmp_path / "scores"
    with another_process(out) as process:
        before = names(tmp_path)
        with pytest.raises(ArtefactError) as error, workplace(out):
            pytest.fail("two at work")
        assert f"{out}: process {process.pid} on " in str(error.value)
        assert "is already working on it; wait" in str(error.value)
        assert "\n" not in str(error.value)
        assert names(tmp_path) == before
        with workplace(tmp_path / "other"):
            pass
        process.communicate("")
    assert names(tmp_path) == []
    with workplace(out):
        pass


def test_what_a_killed_process_left_is_cleared_by_the_next_one(tmp_path: Path) -> None:
    with another_process(tmp_path / "scores") as process:
        process.kill()
    assert any(name.endswith("half/made.txt") for name in names(tmp_path))
    with workplace(tmp_path / "scores") as own:
        assert names(own) == []
        assert not any(name.endswith("made.txt") for name in names(tmp_path))
    assert names(tmp_path) == []


def test_many_that_come_and_go_at_once_never_meet(tmp_path: Path) -> None:
    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            failed = 1
            try:
                for _ in range(100):
                    try:
                        with workplace(tmp_path / "scores"):
                            (tmp_path / "alone").touch(exist_ok=False)
                            (tmp_path / "alone").unlink()
                    except ArtefactError:
                        pass
                failed = 0
            finally:
                os._exit(failed)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    assert names(tmp_path) == []


def test_a_block_within_the_block_has_the_same_workplace(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "scores")
    with workplace(tmp_path / "scores") as own:
        with workplace(tmp_path / "link") as again:
            assert again == own
        assert own.is_dir()
    assert not own.exists()


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_nothing_is_left_of_it_nor_of_the_folders_above_it(
    tmp_path: Path, error: type[BaseException]
) -> None:
    with suppress(error), workplace(tmp_path / "new" / "deep" / "scores") as own:
        (own / "half").write_text("x")
        raise error
    assert names(tmp_path) == []


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP])
def test_on_a_file_system_without_locks_each_has_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def no_locks(handle: int, operation: int) -> None:
        raise OSError(number, os.strerror(number))

    with another_process(tmp_path / "scores") as process:
        monkeypatch.setattr(fcntl, "flock", no_locks)
        with workplace(tmp_path / "scores") as own:
            (own / "half").mkdir()
            assert len([name for name in names(tmp_path) if name.endswith("half")]) == 2
        assert [name for name in names(tmp_path) if name.endswith("made.txt")]
        process.communicate("")
    assert names(tmp_path) == []


@pytest.mark.parametrize("in_one_step", [True, False])
def test_two_folders_change_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_one_step: bool
) -> None:
    if not in_one_step:
        monkeypatch.setattr(module, "exchange", lambda one, other: False)
    out = folder_with(tmp_path / "out", "old")
    with workplace(out) as own:
        made = folder_with(own / "made", "new")
        put_in_place(made, out)
        assert (text_in(out), text_in(made)) == ("new", "old")
    assert names(tmp_path) == ["out", "out/file.txt"]


@pytest.mark.parametrize(("renames", "expected"), [(0, "old"), (1, "old"), (2, "new")])
def test_a_kill_between_two_renames_leaves_the_old_or_the_new_one_to_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int, expected: str
) -> None:
    out = folder_with(tmp_path / "out", "old")
    child = os.fork()
    if not child:
        try:
            left = [None] * renames
            rename = Path.rename

            def rename_or_die(path: Path, target: Path) -> Path:
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)
                left.pop()
                return rename(path, target)

            monkeypatch.setattr(module, "exchange", lambda one, other: False)
            with workplace(out) as own:
                made = folder_with(own / "made", "new")
                monkeypatch.setattr(Path, "rename", rename_or_die)
                put_in_place(made, out)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    with workplace(out):
        assert text_in(out) == expected
    assert names(tmp_path) == ["out", "out/file.txt"]


def test_paths_are_exchanged_or_left_alone(tmp_path: Path) -> None:
    one, other = folder_with(tmp_path / "one", "1"), folder_with(tmp_path / "other", "2")
    found = exchange(one, other)
    assert (text_in(one), text_in(other)) == (("2", "1") if found else ("1", "2"))
    if found:
        with pytest.raises(FileNotFoundError):
            exchange(one, tmp_path / "nothing")
