import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bulk2cell.artefacts.manifest import KINDS, read_manifest
from bulk2cell.simulate.synthesise import DRUG

QUICK = {
    "hvg": 60,
    "hidden": 16,
    "pretrain_epochs": 1,
    "finetune_epochs": 2,
    "batch_size": 64,
    "seeds": 1,
    "device": "cpu",
    "bootstraps": 10,
    "cluster_cells": 50,
}


def artefacts(out: Path) -> dict[str, int]:
    """Return every artefact of the jobs and the inode of its manifest; a rewritten artefact has another."""
    manifests = [path for kind in KINDS for path in (out / "runs").rglob(f"{kind}.json")]
    return {str(path.parent.relative_to(out / "runs")): path.stat().st_ino for path in manifests}


@pytest.fixture
def words(world: Path, tmp_path: Path) -> Callable[..., list[object]]:
    """Return the words of a benchmark of pairs whose rows are on top of a good one."""

    def make(*rows: dict[str, Any], grid: str = "dropout: [0.1]\n") -> list[object]:
        good = {
            "drug": DRUG,
            "cells": world / "cells.h5ad",
            "label_column": "label",
            "sample_column": "cell_line",
        }
        pd.DataFrame([{**good, **row} for row in rows]).to_csv(tmp_path / "pairs.csv", index=False)
        (tmp_path / "grid.yaml").write_text(grid)
        (tmp_path / "params.json").write_text(json.dumps({**QUICK, "strategies": "share_ae_pathways"}))
        reference = ["--bulk", world / "bulk.parquet", "--response", world / "response.parquet"]
        reference += ["--gene-sets", world / "gene_sets.gmt"]
        more = [
            "--params",
            tmp_path / "params.json",
            "--grid",
            tmp_path / "grid.yaml",
            "--out",
            tmp_path / "out",
        ]
        return ["benchmark", tmp_path / "pairs.csv", *reference, *more, "--jobs", 1]

    return make


def test_a_failing_job_stops_no_other_and_the_same_command_goes_on(
    words: Callable[..., list[object]], world: Path, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    one_class = {"pair": "bad", "sensitive": "sensitive,resistant", "resistant": "none"}
    given = words({"pair": "good"}, one_class)
    out = tmp_path / "out"
    ended = bulk2cell(*given)
    assert ended.code == 1
    assert ended.out.splitlines()[-1] == str(out / "benchmark" / "benchmark.html")
    failed = [line for line in ended.err.splitlines() if line.startswith("failed: ")]
    assert failed == [failed[0]]
    assert failed[0].startswith("failed: bad (default, gene_sets) in preprocess: ")

    first = artefacts(out)
    made = {"encoder", "model", "predictions", "scores"}
    default, varied = (
        {Path(path).name for path in first if path.startswith(name)} for name in ("def", "drop")
    )
    assert default == made | {"study"}
    assert varied == made  # dropout changes no study: the default's is shared

    table = pd.read_parquet(out / "benchmark" / "benchmark.parquet")
    assert list(table)[:4] == ["setting", "parameter", "parameter_value", "pair"]
    assert set(zip(table["setting"], table["parameter"], table["parameter_value"], strict=True)) == {
        ("default", "-", "-"),
        ("dropout=0.1", "dropout", "0.1"),
    }
    for setting in ("default", "dropout=0.1"):
        own = pd.read_parquet(out / "runs" / setting / "good" / "gene_sets" / "scores" / "scores.parquet")
        rows = table[table["setting"] == setting].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows[list(own)], own)
    model = out / "runs" / "dropout=0.1" / "good" / "gene_sets" / "share_ae_pathways" / "seed_1" / "model"
    assert read_manifest(model, "model").parameters["dropout"] == 0.1
    content = read_manifest(out / "benchmark", "benchmark").content
    assert content["settings"] == ["default", "dropout=0.1"]

    page = (out / "benchmark" / "benchmark.html").read_text()
    for text in ("bad", "all sensitive", "share_ae_pathways", "Leave one sample out", "dropout", "One pair"):
        assert text in page
    assert "http" not in page.replace("http-equiv", "")

    given[given.index("--grid") + 1] = tmp_path / "more.yaml"
    (tmp_path / "more.yaml").write_text("dropout: [0.1]\nhvg: [50]\n")
    bulk2cell(*given)
    second = artefacts(out)
    assert {path: second[path] for path in first} == first
    added = {Path(path).name for path in second.keys() - first.keys()}
    assert added == made | {"study"}


@pytest.mark.parametrize(
    ("row", "grid", "says"),
    [
        ({}, "dropout: [0.1, 2]\n", "dropout: 2 is out of range"),
        ({}, "droput: [0.1]\n", "unknown parameter 'droput'"),
        ({"label_column": ""}, "dropout: [0.1]\n", "pair 'good' has no labels"),
        ({"drug": "Nothing"}, "dropout: [0.1]\n", "row 2 column drug"),
    ],
)
def test_nothing_is_started_if_anything_is_wrong(
    row: dict[str, Any],
    grid: str,
    says: str,
    words: Callable[..., list[object]],
    tmp_path: Path,
    bulk2cell: Callable[..., Any],
) -> None:
    ended = bulk2cell(*words({"pair": "good", **row}, grid=grid))
    assert ended.code == 2
    assert says in ended.err
    assert len(ended.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_when_every_job_fails_it_says_why(
    words: Callable[..., list[object]], tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    ended = bulk2cell(*words({"pair": "good", "sensitive": "none"}))
    assert ended.code == 1
    assert "no job of the default setting finished, so there is nothing to compare with" in ended.err
    assert ended.err.splitlines()[-1].startswith("failed: good (default")
