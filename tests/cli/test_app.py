import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer

from bulk2cell import __version__
from bulk2cell.cli import COMMANDS
from bulk2cell.cli.app import app
from bulk2cell.parameters import (
    AttributeParameters,
    CellInput,
    CellLabels,
    EvaluateParameters,
    LossParameters,
    NetworkParameters,
    PredictParameters,
    RunParameters,
    SimulateParameters,
    StudyParameters,
    TrainParameters,
)

Run = Callable[..., Any]
PARAMETERS: dict[str, list[Any]] = {
    "simulate": [SimulateParameters],
    "preprocess": [CellInput, CellLabels, StudyParameters],
    "pretrain": [NetworkParameters, LossParameters, TrainParameters],
    "finetune": [LossParameters, TrainParameters],
    "predict": [CellInput, PredictParameters],
    "evaluate": [EvaluateParameters],
    "attribute": [AttributeParameters],
    "run": [RunParameters],
}


def program(
    *words: object, memory: int | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the program in a process of its own, with a limit of memory and with other variables."""

    def limit() -> None:
        if memory is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    return subprocess.run(
        [sys.executable, "-m", "bulk2cell", *(os.fsencode(str(word)) for word in words)],
        capture_output=True,
        check=False,
        timeout=100,
        env={**os.environ, **environment},
        preexec_fn=limit,
    )


def commands() -> dict[str, Any]:
    group: Any = typer.main.get_command(app)
    return dict(group.commands)


def test_every_command_is_there() -> None:
    assert tuple(commands()) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command_ends_well_and_gives_an_example(bulk2cell: Run, name: str) -> None:
    ended = bulk2cell(name, "--help")
    assert ended.code == 0
    assert "Example" in ended.out
    assert f"bulk2cell {name}" in ended.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_a_help_text(name: str) -> None:
    for parameter in commands()[name].params:
        assert getattr(parameter, "help", None), f"{name} {parameter.name}"


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_is_an_option_with_its_default_and_range(name: str) -> None:
    options = {parameter.name: parameter for parameter in commands()[name].params}
    for group in PARAMETERS[name]:
        for entry in fields(group):
            option = options[entry.name]
            assert f"--{entry.name.replace('_', '-')}" in option.opts
            if name == "run":
                continue
            assert option.default == entry.default
            assert (option.min, option.max) == (entry.metadata["minimum"], entry.metadata["maximum"])


def test_a_commands_help_imports_no_heavy_library() -> None:
    code = (
        "import sys\nsys.argv = ['bulk2cell', 'run', '--help']\n"
        "from bulk2cell.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = {'torch', 'scanpy', 'anndata', 'pandas', 'numpy', 'sklearn', 'matplotlib', 'yaml'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_version(bulk2cell: Run) -> None:
    ended = bulk2cell("--version")
    assert (ended.code, ended.out) == (0, f"bulk2cell {__version__}\n")


def test_a_persons_error_is_one_line_without_a_traceback(bulk2cell: Run, tmp_path: Path) -> None:
    ended = bulk2cell("pretrain", tmp_path / "none", "--out", tmp_path / "encoder")
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    assert ended.err.startswith(f"error: {tmp_path / 'none'}: expected a study")
    assert list(tmp_path.iterdir()) == []


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    words = ["--debug", "pretrain", str(tmp_path / "none"), "--out", str(tmp_path / "encoder")]
    ended = subprocess.run(
        [sys.executable, "-m", "bulk2cell", *words], capture_output=True, text=True, check=False
    )
    assert ended.returncode != 0
    assert "Traceback (most recent call last)" in ended.stderr
    assert "ArtefactError" in ended.stderr


def test_a_parameter_out_of_range_names_its_option(bulk2cell: Run, tmp_path: Path) -> None:
    ended = bulk2cell("pretrain", tmp_path, "--out", tmp_path / "encoder", "--dropout", "2")
    assert ended.code == 2
    assert "--dropout" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_number_that_is_none_is_refused(bulk2cell: Run, tmp_path: Path, value: str) -> None:
    ended = bulk2cell("pretrain", tmp_path, "--out", tmp_path / "encoder", "--learning-rate", value)
    assert ended.code == 2
    assert "learning" in ended.err


def test_a_parameter_given_on_the_command_line_reaches_the_artefact(
    bulk2cell: Run, tiny_study: Path, tmp_path: Path
) -> None:
    words = ["--pretrain-epochs", 0, "--hidden", 8, "--strategy", "base_ae", "--seed", 7, "--device", "cpu"]
    ended = bulk2cell("pretrain", tiny_study, "--out", tmp_path / "encoder", *words)
    assert (ended.code, ended.out) == (0, f"{tmp_path / 'encoder'}\n")
    parameters = json.loads((tmp_path / "encoder" / "encoder.json").read_text())["parameters"]
    assert {parameters[name] for name in ("hidden", "strategy", "seed")} == {8, "base_ae", 7}


@pytest.mark.parametrize(
    "environment", [{}, {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}], ids=["as it is", "ascii"]
)
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["pretrain", "caf\udce9", "--out", "x"], r"'caf\udce9' is not UTF-8; rename the file or its folder"),
        (["pretrain", "none", "--out", "\udcff"], r"'\udcff' is not UTF-8; rename the file or its folder"),
        (["\udcff"], r"'\udcff' is not UTF-8; rename the file or its folder"),
    ],
)
def test_words_that_are_not_utf_8_are_one_line(
    words: list[str], says: str, environment: dict[str, str]
) -> None:
    ended = program(*words, **environment)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.decode() == f"error: {says}\n"


def test_a_name_that_the_terminal_cannot_show_is_still_printed(tmp_path: Path) -> None:
    few = ["--sensitive-cells", "3", "--resistant-cells", "3"]
    out = tmp_path / "Ω"
    ended = program("simulate", "--synthetic", "--out", out, *few, PYTHONIOENCODING="latin-1")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.decode() == f"{tmp_path}/\\u03a9\n"
    assert out.is_dir()


@pytest.mark.parametrize("said", ["abc", "0", "-3"])
def test_what_is_no_number_of_threads_ends_before_any_library_starts(said: str) -> None:
    ended = program("drugs", "none", OMP_NUM_THREADS=said)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.startswith(f"error: OMP_NUM_THREADS: {said!r} is not a number of threads".encode())
    assert ended.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--seed", 2**32),
        ("--hidden", 10**20),
        ("--hidden", "1e20"),
        ("--batch-size", "9" * 5000),
        ("--noise", "1e300"),
    ],
)
def test_absurd_sizes_name_their_option(bulk2cell: Run, tmp_path: Path, option: str, value: object) -> None:
    ended = bulk2cell("pretrain", tmp_path, "--out", tmp_path / "encoder", option, value)
    assert ended.code == 2
    assert option in ended.err
    assert ended.err.count("\n") == 1
    assert len(ended.err) < 300


@pytest.mark.parametrize(("option", "value"), [("--seed", 2**32), ("--shots", 10**20)])
def test_shots_have_the_bounds_of_training(
    bulk2cell: Run, tiny_study: Path, tmp_path: Path, option: str, value: int
) -> None:
    given = {"--seed": 1, "--shots": 1, option: value}
    words = [word for pair in given.items() for word in pair]
    ended = bulk2cell("shots", tiny_study, "--out", tmp_path / "shots", "--regime", "C", *words)
    assert ended.code == 2
    assert f"Invalid value for '{option}'" in ended.err
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_that_cannot_be_written_is_one_line(bulk2cell: Run, tiny_study: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    ended = bulk2cell("pretrain", tiny_study, "--out", tmp_path / "encoder", "--pretrain-epochs", 0)
    tmp_path.chmod(0o700)
    assert ended.code == 2
    assert ended.err.splitlines()[-1].startswith("error: ")


def test_an_out_below_a_file_is_one_line(bulk2cell: Run, tiny_study: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    out = tmp_path / "file" / "encoder"
    ended = bulk2cell("pretrain", tiny_study, "--out", out, "--pretrain-epochs", 0, "--device", "cpu")
    assert ended.code == 2
    assert ended.err.splitlines()[-1].startswith("error: ")
    assert "Traceback" not in ended.err


def test_a_full_disk_is_not_the_persons_fault(tmp_path: Path) -> None:
    limited = (
        f"ulimit -f 8; exec {sys.executable} -m bulk2cell simulate --synthetic --out {tmp_path / 'world'}"
    )
    ended = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, check=False)
    assert ended.returncode == 75
    assert ended.stderr.count("\n") == 1
    assert "File too large" in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not keep a limit of memory")
@pytest.mark.parametrize("memory", [256 << 20, 700 << 20, 2 << 30])
def test_a_limit_that_libraries_would_end_the_process_for_is_want_of_memory(memory: int) -> None:
    ended = program("versions", memory=memory)
    assert ended.returncode == 137
    assert ended.stderr == b"error: out of memory; use a machine with more, or give fewer cells\n"


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not keep a limit of memory")
def test_want_of_memory_is_one_line_and_ends_as_if_killed(tmp_path: Path) -> None:
    words = ["simulate", "--synthetic", "--out", tmp_path, "--sensitive-cells", 10**9]
    ended = program(*words, memory=4 << 30)
    assert (ended.returncode, ended.stdout) == (137, b"")
    assert ended.stderr == b"error: out of memory; use a machine with more, or give fewer cells\n"


def test_simulate_asks_for_its_sources(bulk2cell: Run, tmp_path: Path) -> None:
    ended = bulk2cell("simulate", "--out", tmp_path / "cells.h5ad")
    assert ended.code == 2
    assert "--synthetic" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_simulate_makes_cells_and_a_world(bulk2cell: Run, world: Path, tmp_path: Path) -> None:
    few = ["--sensitive-cells", 5, "--resistant-cells", 5, "--simulation-seed", 3]
    sources = ["--bulk", world / "bulk.parquet", "--response", world / "response.parquet"]
    cells = tmp_path / "cells.h5ad"
    ended = bulk2cell("simulate", *sources, "--drug", "Plantedmab", "--out", cells, *few)
    assert (ended.code, ended.out) == (0, f"{cells}\n")
    assert cells.is_file()
    ended = bulk2cell("simulate", "--synthetic", "--out", tmp_path / "world", *few)
    assert ended.code == 0
    assert len(list((tmp_path / "world").iterdir())) == 5


def test_simulate_asks_for_the_sources_of_the_demo(bulk2cell: Run, tmp_path: Path) -> None:
    ended = bulk2cell("simulate", "--demo", "--out", tmp_path / "cells")
    assert ended.code == 2
    assert "give --bulk and --response" in ended.err
