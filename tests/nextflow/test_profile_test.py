"""`-profile test` under a real engine: outputs, equality with `bulk2cell run`, and resuming."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from nextflow_engine import Ended, Pipeline

from bulk2cell import __version__
from bulk2cell.artefacts.manifest import read_manifest

HOME = Path("planted/gene_sets")
MODEL = HOME / "ridge_pathways"
ARTEFACTS = {
    HOME / "study": "study",
    HOME / "scores": "scores",
    **{
        MODEL / seed / folder: kind
        for seed in ("seed_1", "seed_2")
        for folder, kind in {
            "encoder": "encoder",
            "model": "model",
            "predictions": "predictions",
            "attributions": "attributions",
        }.items()
    },
    Path("report"): "report",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pipeline")


@pytest.fixture(scope="module")
def finished(pipeline: Pipeline, folder: Path) -> Ended:
    ended = pipeline(folder, "-profile", "test")
    assert ended.code == 0, ended.text
    return ended


def test_documented_tree_is_there_and_whole(finished: Ended, folder: Path) -> None:
    for place, kind in ARTEFACTS.items():
        read_manifest(folder / "results" / place, kind)
    info = folder / "results" / "pipeline_info"
    assert {path.name for path in info.iterdir()} == {
        "trace.txt",
        "timeline.html",
        "report.html",
        "dag.html",
        "versions.yml",
    }
    versions = yaml.safe_load((info / "versions.yml").read_text())
    assert versions["bulk2cell"] == __version__
    assert {"python", "torch", "nextflow"} <= set(versions)


def test_every_task_ran_once(finished: Ended) -> None:
    assert finished.trace["process"].value_counts().to_dict() == {
        "VERSIONS": 1,
        "SIMULATE": 1,
        "CHECK": 1,
        "PREPROCESS": 1,
        "PRETRAIN": 2,
        "FINETUNE": 2,
        "CONTROLS": 1,
        "PREDICT": 2,
        "ATTRIBUTE": 2,
        "EVALUATE": 1,
        "REPORT": 1,
    }
    assert set(finished.trace["status"]) == {"COMPLETED"}


def test_tables_are_merged_over_pairs_and_seeds(finished: Ended, folder: Path) -> None:
    report = folder / "results" / "report"
    predictions = pd.read_parquet(report / "predictions.parquet")
    assert predictions.groupby("seed").size().to_dict() == {1: 200, 2: 200}
    for name in ("scores", "genes", "pathways", "enrichment"):
        assert set(pd.read_parquet(report / f"{name}.parquet")["pair"]) == {"planted"}


def test_equals_the_run_command_to_the_bit(finished: Ended, folder: Path, tmp_path: Path) -> None:
    simulated = folder / "results" / "simulated"
    settings = Path(__file__).parents[2] / "conf" / "test.config"
    given = dict(
        line.split(" = ") for line in map(str.strip, settings.read_text().splitlines()) if " = " in line
    )
    numbers = {name: int(value) for name, value in given.items() if value.isdigit()}
    params = tmp_path / "params.json"
    params.write_text(
        json.dumps(
            {
                "input": str(simulated / "pairs.csv"),
                "bulk": str(simulated / "bulk.parquet"),
                "response": str(simulated / "response.parquet"),
                "gene_sets": str(simulated / "gene_sets.gmt"),
                "outdir": str(tmp_path / "results"),
                **numbers,
            }
        )
    )
    command = [str(Path(sys.executable).with_name("bulk2cell")), "run", "--params", str(params)]
    subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    for place, kind in ARTEFACTS.items():
        if kind != "report":
            files = read_manifest(tmp_path / "results" / place, kind).files
            assert read_manifest(folder / "results" / place, kind).files == files, place


def test_resume_recomputes_nothing(finished: Ended, pipeline: Pipeline, folder: Path) -> None:
    again = pipeline(folder, "-profile", "test", "-resume")
    assert again.code == 0
    assert again.tasks("CACHED") == finished.tasks("COMPLETED")


def test_attribution_parameter_repeats_attribution_and_report(
    finished: Ended, pipeline: Pipeline, folder: Path
) -> None:
    again = pipeline(folder, "-profile", "test", "-resume", "--permutations", 30)
    assert again.code == 0
    assert again.tasks("COMPLETED") == ["ATTRIBUTE", "ATTRIBUTE", "REPORT"]
