"""`--grid`: the settings over the pipeline's tasks, and their comparison."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from nextflow_engine import Pipeline

from bulk2cell.artefacts.manifest import read_manifest

GENE_SETS = Path("planted/gene_sets")


def write_grid(folder: Path, text: str) -> Path:
    (folder / "grid.yaml").write_text(text)
    return folder / "grid.yaml"


def test_settings_by_models_and_studies_once(pipeline: Pipeline, tmp_path: Path) -> None:
    grid = write_grid(tmp_path, "dropout: [0.1]\nhvg: [60]\nregime: [D]\n")
    ended = pipeline(tmp_path, "-profile", "test", "-stub-run", "--grid", grid)
    assert ended.code == 0, ended.text
    assert ended.trace["process"].value_counts().to_dict() == {
        "VERSIONS": 1,
        "SETTINGS": 1,
        "SIMULATE": 1,
        "CHECK": 1,
        "PREPROCESS": 2,
        "PRETRAIN": 4 * 2,
        "SHOTS": 2,
        "FINETUNE": 4 * 2,
        "PREDICT": 4 * 2,
        "EVALUATE": 4,
        "BENCHMARK": 1,
    }
    results = tmp_path / "results"
    studies = {path.parents[2].name for path in results.glob("*/stub/gene_sets/study")}
    assert studies == {"default", "hvg=60"}
    scores = {path.parents[2].name for path in results.glob("*/stub/gene_sets/scores")}
    assert scores == {"default", "dropout=0.1", "hvg=60"}
    assert (results / "regime=D" / "stub" / "gene_sets" / "regime_D" / "scores").is_dir()


def test_the_benchmark_of_a_grid(
    pipeline: Pipeline, tmp_path: Path, bulk2cell: Callable[..., object]
) -> None:
    grid = write_grid(tmp_path, "dropout: [0.1]\n")
    words = {"strategies": "share_ae_pathways", "seeds": 1, "hvg": 100, "hidden": 32, "bootstraps": 20}
    words |= {"pretrain_epochs": 3, "finetune_epochs": 4}
    given = [str(x) for name, value in words.items() for x in (f"--{name}", value)]
    ended = pipeline(tmp_path, "-profile", "test", "--grid", grid, *given)
    assert ended.code == 0, ended.text
    results = tmp_path / "results"
    model = results / "dropout=0.1" / GENE_SETS / "share_ae_pathways" / "seed_1" / "model"
    assert read_manifest(model, "model").parameters["dropout"] == 0.1
    assert read_manifest(results / "benchmark", "benchmark").content["settings"] == ["default", "dropout=0.1"]

    simulated = results / "simulated"
    params = tmp_path / "params.yaml"
    params.write_text("".join(f"{name}: {value}\n" for name, value in words.items()))
    reference = ["--bulk", simulated / "bulk.parquet", "--response", simulated / "response.parquet"]
    reference += ["--gene-sets", simulated / "gene_sets.gmt", "--params", params, "--grid", grid]
    bulk2cell("benchmark", simulated / "pairs.csv", *reference, "--jobs", 1, "--out", tmp_path / "here")
    for table in ("benchmark", "intervals", "over_pairs"):
        pd.testing.assert_frame_equal(
            pd.read_parquet(results / "benchmark" / f"{table}.parquet"),
            pd.read_parquet(tmp_path / "here" / "benchmark" / f"{table}.parquet"),
        )

    again = pipeline(tmp_path, "-profile", "test", "--grid", grid, *given, "-resume")
    assert again.code == 0
    assert again.tasks("CACHED") == ended.tasks("COMPLETED")


def test_a_grid_that_is_not_there_starts_nothing(pipeline: Pipeline, tmp_path: Path) -> None:
    ended = pipeline(tmp_path, "-profile", "test", "--grid", "none.yaml")
    assert ended.code == 1
    assert "--grid: no file none.yaml" in ended.text
    assert "process > " not in ended.text


def test_a_pair_without_labels_ends_before_any_pair_starts(
    pipeline: Pipeline, sheet: Callable[..., Path], reference_words: list[str], tmp_path: Path
) -> None:
    grid = write_grid(tmp_path, "dropout: [0.1]\n")
    ended = pipeline(tmp_path, "--input", sheet({}), *reference_words, "--grid", grid)
    assert ended.code == 1
    assert "pair 'good' has no labels" in ended.text
    assert "PREPROCESS" not in ended.text


@pytest.mark.parametrize(
    ("text", "says"),
    [("dropout: [2]\n", "dropout: 2 is out of range"), ("droput: [0.1]\n", "unknown parameter 'droput'")],
)
def test_a_wrong_grid_ends_before_any_pair_starts(
    pipeline: Pipeline, tmp_path: Path, text: str, says: str
) -> None:
    ended = pipeline(tmp_path, "-profile", "test", "--grid", write_grid(tmp_path, text))
    assert ended.code == 1
    assert says in ended.text
    assert "PREPROCESS" not in ended.text
