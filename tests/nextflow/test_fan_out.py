"""The fan-out without any work: `-stub-run`."""

from collections.abc import Callable
from pathlib import Path

from nextflow_engine import Pipeline


def test_pairs_by_gene_sets_by_strategies_by_seeds(
    pipeline: Pipeline, sheet: Callable[..., Path], world: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second.gmt"
    second.write_text((world / "gene_sets.gmt").read_text())
    pairs = sheet({"label_column": "label"}, {"pair": "unlabelled", "label_column": ""})
    words = {
        "input": pairs,
        "bulk": world / "bulk.parquet",
        "response": world / "response.parquet",
        "gene_sets": f"{world / 'gene_sets.gmt'},{second}",
        "strategies": "base_ae,share_ae_pathways",
        "seeds": 3,
    }
    ended = pipeline(
        tmp_path, "-stub-run", *(x for name, value in words.items() for x in (f"--{name}", value))
    )
    assert ended.code == 0, ended.text
    assert ended.trace["process"].value_counts().to_dict() == {
        "VERSIONS": 1,
        "CHECK": 1,
        "PREPROCESS": 2 * 2,
        "PRETRAIN": 2 * 2 * 2 * 3,
        "FINETUNE": 2 * 2 * 2 * 3,
        "CONTROLS": 2 * 2,
        "PREDICT": 2 * 2 * 2 * 3,
        "ATTRIBUTE": 2 * 2 * 2 * 3,
        "EVALUATE": 2,
        "REPORT": 1,
    }


def test_shots_are_drawn_for_every_model_in_regime_c(pipeline: Pipeline, tmp_path: Path) -> None:
    ended = pipeline(tmp_path, "-profile", "test", "-stub-run", "--regime", "C", "--shots", 3)
    assert ended.code == 0, ended.text
    counts = ended.trace["process"].value_counts()
    assert counts["SHOTS"] == counts["PRETRAIN"] == counts["FINETUNE"] == 2
    home = tmp_path / "results" / "stub" / "gene_sets"
    assert (home / "study").is_dir()
    assert (home / "regime_C" / "scores").is_dir()
    assert (home / "regime_C" / "ridge_pathways" / "seed_1" / "shots").is_dir()


def test_rows_with_the_same_cells_share_a_screen_and_a_row_without_a_drug_has_nothing_else(
    pipeline: Pipeline, sheet: Callable[..., Path], reference_words: list[str], world: Path, tmp_path: Path
) -> None:
    (tmp_path / "more.h5ad").symlink_to(world / "cells.h5ad")
    alone = {"drug": "", "cells": "more.h5ad", "group_column": "cell_line"}
    pairs = sheet({}, {"pair": "same", "label_column": "label"}, {"pair": "alone", **alone})
    ended = pipeline(tmp_path, "-stub-run", "--screen", "--input", pairs, *reference_words)
    assert ended.code == 0, ended.text
    counts = ended.trace["process"].value_counts()
    assert (counts["SCREEN"], counts["PREPROCESS"], counts["EVALUATE"], counts["REPORT"]) == (2, 2, 1, 1)
    results = tmp_path / "results"
    assert {path.parent.name for path in results.glob("*/screen")} == {"good", "alone"}
    assert {path.parent.name for path in results.glob("*/gene_sets")} == {"good", "same"}


def test_a_sheet_without_drugs_is_screened_and_reported(
    pipeline: Pipeline, sheet: Callable[..., Path], reference_words: list[str], tmp_path: Path
) -> None:
    ended = pipeline(tmp_path, "-stub-run", "--screen", "--input", sheet({"drug": ""}), *reference_words)
    assert ended.code == 0, ended.text
    assert ended.tasks("COMPLETED") == ["CHECK", "REPORT", "SCREEN", "VERSIONS"]


def test_published_pairs_are_fetched_with_the_reference_data_and_no_task_asks_for_more_than_the_limits(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    limits = ["--max_cpus", 1, "--max_memory", "3.GB", "--seeds", 2]
    ended = pipeline(tmp_path, "-stub-run", "--pairs", "GSE117872_cisplatin,GSE131984_jq1", *limits)
    assert ended.code == 0, ended.text
    assert (set(ended.trace["cpus"]), set(ended.trace["memory"])) == ({1}, {"3 GB"})
    names = ended.trace["name"].tolist()
    assert "REFERENCE:FETCH (gdsc reactome GSE117872_cisplatin GSE131984_jq1)" in names
    counts = ended.trace["process"].value_counts()
    assert (counts["PREPROCESS"], counts["PRETRAIN"], counts["EVALUATE"]) == (2, 4, 2)
    assert (tmp_path / "results" / "GSE131984_jq1" / "reactome" / "study").is_dir()
