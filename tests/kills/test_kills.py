"""Stages are killed at random moments and run again: nothing lost, nothing different, nothing left over.

A few kills belong to every run of the tests; `pytest tests/kills --kills 100` does a hundred, over all stages.
"""

import os
import random
import shutil
import signal
import time
from itertools import cycle
from pathlib import Path

import pytest
from stages import PARAMS, STAGES, Stage, finish, start

from bulk2cell.artefacts import workplace
from bulk2cell.artefacts.folder import new_artefact, refuse_to_replace
from bulk2cell.artefacts.manifest import sha256

SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
COSTLY = ("evaluate", "run", "benchmark")
TURNS = [*(name for name in STAGES if name not in COSTLY)] * 3 + [*COSTLY]
# What a process that was told to end may return: as documented; as the system does before the program heeds signals, and
# after its work is done; 0 if the work was done before.
ENDS = {signal.SIGTERM: {143, -15, 0}, signal.SIGINT: {130, -2, 0}, signal.SIGKILL: {-9, 0}}


class Undisturbed:
    """The results of all stages without a kill, each made when it is first needed, and the seconds that it takes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.seconds: dict[str, float] = {}
        (home / "params.yaml").write_text(PARAMS)

    def make(self, name: str) -> Path:
        """Return the result of a stage."""
        for each in STAGES:
            if each not in self.seconds:
                began = time.monotonic()
                finish(STAGES[each], self.home, self.home / STAGES[each].out)
                self.seconds[each] = time.monotonic() - began
            if each == name:
                break
        return self.home / STAGES[name].out

    def older(self, name: str) -> Path:
        """Return an older result of a stage, which differs."""
        stage = STAGES[name]
        path = self.home / f"older_{stage.out}"
        if not path.exists():
            finish(stage, self.home, path, *(stage.older or ()))
            assert content(path) != content(self.make(name))
        return path


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed(tmp_path_factory.mktemp("undisturbed"))


def content(path: Path) -> dict[str, str]:
    """Return the sha256 of every file that a stage makes; logs and the record of what is finished may differ."""
    return {
        str(file.relative_to(path)): sha256(file)
        for file in sorted(path.rglob("*"))
        if file.is_file() and file.name not in {"log.txt", "finished.json"}
    }


def leftovers(folder: Path) -> list[str]:
    """Return everything hidden in a folder, at any depth, but checkpoints, from which a training goes on."""
    hidden = [path for path in folder.rglob(".*") if not path.name.endswith(".checkpoint")]
    return [str(path.relative_to(folder)) for path in hidden]


def kill_at_random(
    stage: Stage, home: Path, out: Path, seconds: float, chance: random.Random, always: Path | None
) -> int:
    """Start a stage and kill it, half of the times while it writes; return the signal.

    Parameters
    ----------
    seconds
        How long it takes undisturbed.
    always
        What stands there all the time.
    """
    number = chance.choice(SIGNALS)
    command = start(stage, home, out)
    end = time.monotonic() + chance.uniform(0, seconds)
    writing = chance.random() < 0.5
    while command.poll() is None and (writing or time.monotonic() < end):
        assert always is None or always.exists()
        if writing and any(out.parent.glob(f".{out.name}.bulk2cell/*/*")):
            writing, end = False, time.monotonic() + chance.uniform(0, 0.05)
        time.sleep(0.002)
    if command.poll() is None:
        (os.killpg if number == signal.SIGINT else os.kill)(command.pid, number)
    _, said = command.communicate()
    assert command.returncode in ENDS[number], said
    if command.returncode in {130, 143}:
        assert said.splitlines()[-1].startswith("stopped by")
        assert "Traceback" not in said
        assert leftovers(out.parent) == []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kill" in metafunc.fixturenames:
        metafunc.parametrize("kill", range(metafunc.config.getoption("kills")))


def test_a_killed_command_leaves_the_old_or_the_new_and_the_next_one_ends_as_if_undisturbed(
    kill: int, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    name = TURNS[kill % len(TURNS)]
    stage, chance = STAGES[name], random.Random(kill)
    new = content(undisturbed.make(name))
    out, notes = tmp_path / "place" / stage.out, tmp_path / "place" / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("mine")
    old = None
    if stage.older is not None and chance.random() < 0.5:
        shutil.copytree(undisturbed.older(name), out)
        old = content(out)
    many = name in {"run", "benchmark"}
    kill_at_random(stage, undisturbed.home, out, undisturbed.seconds[name], chance, out if old else None)
    if not many:
        found = content(out) if out.exists() else None
        assert found in (old, new)
    finish(stage, undisturbed.home, out)
    assert {key: content(out)[key] for key in new} == new
    assert [path.name for path in out.parent.rglob(".*")] == []
    assert notes.read_text() == "mine"


def make(path: Path, text: str) -> None:
    with new_artefact(path, "scores", {}, {}) as draft:
        for number in range(4):
            (draft.folder / f"table_{number}.txt").write_text(text * 20_000)


@pytest.mark.parametrize("in_one_step", [True, False])
def test_of_two_artefacts_that_replace_each_other_one_stands_there_after_a_kill(
    in_one_step: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not in_one_step:
        monkeypatch.setattr(workplace, "exchange", lambda one, other: False)
    out, chance = tmp_path / "scores", random.Random(0)
    make(out, "a")
    for _ in range(25):
        child = os.fork()
        if not child:
            try:
                for text in cycle("ba"):
                    make(out, text)
            finally:
                os._exit(1)
        time.sleep(chance.uniform(0, 0.05))
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        with workplace.workplace(out):
            assert (out / "scores.json").is_file()
            refuse_to_replace(out, "scores")
        assert [path.name for path in tmp_path.iterdir()] == ["scores"]
