import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("NUMBA_CACHE_DIR", "/tmp/bulk2cell-numba")
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from bulk2cell.cli.app import main
from bulk2cell.parameters import (
    CellInput,
    CellLabels,
    LossParameters,
    NetworkParameters,
    SimulateParameters,
    StudyParameters,
    TrainParameters,
    take,
)
from bulk2cell.preprocess.sources import Sources
from bulk2cell.simulate.synthesise import DRUG, synthesise
from bulk2cell.stages import finetune, preprocess, pretrain

TINY = {
    "strategy": "share_ae_pathways",
    "hidden": 32,
    "pretrain_epochs": 3,
    "finetune_epochs": 4,
    "batch_size": 64,
    "device": "cpu",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take how much the harnesses of kills and of mutated artefacts and files do."""
    parser.addoption("--mutations", type=int, default=3, help="mutations of each artefact and kind of file")
    parser.addoption(
        "--kills", type=int, default=1, help="commands that tests/kills kills; all stages in turn"
    )


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bulk lines, response, gene sets and cells with a planted truth; do not write into it."""
    parameters = SimulateParameters(sensitive_cells=150, resistant_cells=150, depth=4000)
    return synthesise(tmp_path_factory.mktemp("world"), parameters)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real GDSC and single-cell data, if this machine has it."""
    folder = Path(os.environ.get("BULK2CELL_REAL_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not (folder / "gdsc" / "response.parquet").is_file():
        pytest.skip(f"real data not found at {folder}; set BULK2CELL_REAL_DATA")
    return folder


@pytest.fixture(scope="session")
def study_of(world: Path) -> Callable[..., Path]:
    """Make a study of the small world with few genes; keywords replace its files."""

    def make(out: Path, **files: Any) -> Path:
        given = {
            "bulk": world / "bulk.parquet",
            "response": world / "response.parquet",
            "cells": world / "cells.h5ad",
            "gene_sets": world / "gene_sets.gmt",
        }
        labels = CellLabels(label_column="label", sample_column="cell_line")
        parameters = StudyParameters(hvg=100)
        sources = Sources(**{**given, **files})
        return preprocess(sources, "tiny", DRUG, out, [], "simulated", CellInput(), labels, parameters)

    return make


@pytest.fixture(scope="session")
def train_tiny() -> Callable[..., Path]:
    """Train a tiny model `home`/model, its encoder beside it; keywords replace parameters of any kind."""

    def train(study: Path, home: Path, **changes: Any) -> Path:
        values = {**TINY, **changes}
        losses, training = take(LossParameters, values), take(TrainParameters, values)
        encoder = pretrain(study, home / "encoder", take(NetworkParameters, values), losses, training)
        return finetune(study, encoder, home / "model", losses, training)

    return train


@pytest.fixture(scope="session")
def tiny_study(study_of: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a study of the small world; do not write into it."""
    return study_of(tmp_path_factory.mktemp("tiny") / "study")


@pytest.fixture(scope="session")
def tiny_model(tiny_study: Path, train_tiny: Callable[..., Path]) -> Path:
    """Return a model of the tiny study; do not write into it."""
    return train_tiny(tiny_study, tiny_study.parent)


@pytest.fixture(scope="session")
def tiny_encoder(tiny_model: Path) -> Path:
    """Return the encoder of the tiny model; do not write into it."""
    return tiny_model.with_name("encoder")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def bulk2cell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run the program in this process with the given words."""

    def run(*words: object) -> Ended:
        monkeypatch.setattr("sys.argv", ["bulk2cell", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else int(code is not None), captured.out, captured.err)

    return run
