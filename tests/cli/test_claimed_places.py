"""Every stage that writes an artefact looks at its place before anything else, even at what it was given."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.manifest import KINDS, Kind, sha256

NOWHERE = "nowhere"
SOURCES = ("--bulk", NOWHERE, "--response", NOWHERE, "--gene-sets", NOWHERE, "--cells", NOWHERE)
STAGES: dict[Kind, tuple[object, ...]] = {
    "study": ("preprocess", *SOURCES, "--drug", "X"),
    "encoder": ("pretrain", NOWHERE),
    "shots": ("shots", NOWHERE, "--regime", "C", "--shots", 3),
    "model": ("finetune", NOWHERE, "--encoder", NOWHERE),
    "predictions": ("predict", NOWHERE, NOWHERE),
    "screen": ("screen", NOWHERE, "--bulk", NOWHERE, "--response", NOWHERE),
    "controls": ("controls", NOWHERE, "--encoder", NOWHERE),
    "scores": ("evaluate", NOWHERE, NOWHERE),
    "attributions": ("attribute", NOWHERE, NOWHERE),
    "report": ("report", NOWHERE),
}
every_stage = pytest.mark.parametrize(("kind", "words"), STAGES.items())


def test_every_kind_is_here() -> None:
    assert {*STAGES} == {*KINDS} - {"benchmark"}


@every_stage
def test_a_persons_file_is_named_and_kept(
    kind: Kind, words: tuple[object, ...], tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    out = tmp_path / "out"
    with new_artefact(out, kind, {}, {}):
        pass
    (out / "notes.txt").write_text("mine")
    before = sha256(tmp_path)
    ended = bulk2cell(*words, "--out", out)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert f"{out / 'notes.txt'} does not belong to the {kind}" in ended.err
    assert sha256(tmp_path) == before


@contextmanager
def another_process_at(out: Path) -> Iterator[int]:
    """Let another process work on an output, and yield its number."""
    code = (
        "import sys; from pathlib import Path; from bulk2cell.artefacts.workplace import workplace\n"
        "with workplace(Path(sys.argv[1])): print('at work', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        process.stdout.readline()
        yield process.pid
        process.communicate("")


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """Return a place where another process is at work, and its number."""
    out = tmp_path_factory.mktemp("at_work") / "out"
    with another_process_at(out) as process:
        yield out, process


@every_stage
def test_who_is_at_work_there_is_said(
    kind: Kind, words: tuple[object, ...], at_work: tuple[Path, int], bulk2cell: Callable[..., Any]
) -> None:
    out, process = at_work
    before = sorted(out.parent.rglob("*"))
    ended = bulk2cell(*words, "--out", out)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert f"{out}: process {process} on " in ended.err
    assert sorted(out.parent.rglob("*")) == before


@pytest.mark.parametrize(("command", "last"), [("run", "report"), ("benchmark", "benchmark")])
@pytest.mark.parametrize("why", ["at work", "notes"])
def test_a_command_of_many_stages_looks_at_the_place_of_the_last_one_before_the_first(
    command: str, last: Kind, why: str, world: Path, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    results = tmp_path / "results"
    words = [command, world / "pairs.csv", "--gene-sets", world / "gene_sets.gmt", "--out", results]
    words += ["--bulk", world / "bulk.parquet", "--response", world / "response.parquet"]
    if why == "at work":
        with another_process_at(results / last) as process:
            ended = bulk2cell(*words)
        assert f"{results / last}: process {process} on " in ended.err
        assert not results.exists()
    else:
        with new_artefact(results / last, last, {}, {}):
            pass
        (results / last / "notes.txt").write_text("mine")
        before = sha256(tmp_path)
        ended = bulk2cell(*words)
        assert f"{results / last / 'notes.txt'} does not belong to the {last}" in ended.err
        assert sha256(tmp_path) == before
    assert (ended.code, ended.err.count("\n")) == (2, 1)
