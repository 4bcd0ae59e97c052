"""A pair that cannot be done and a task that is killed: the rest goes on."""

import json
from collections.abc import Callable
from pathlib import Path

import anndata as ad
import pandas as pd
from nextflow_engine import Pipeline

KILL_FIRST_TRY = """
process {
    withName: PRETRAIN {
        memory = { 1.GB * task.attempt }
        beforeScript = { task.attempt == 1 ? 'source KILLER &' : '' }
    }
}
"""
KILLER = """
until [ -e killed ]; do
    for process in $(pgrep --full "python.*pretrain study"); do
        [ "$(readlink /proc/$process/cwd)" = "$PWD" ] && touch killed && kill -KILL $process
    done
    sleep 0.1
done
"""


def test_broken_pair_is_named_and_the_killed_task_of_the_good_one_gets_more_memory(
    pipeline: Pipeline,
    sheet: Callable[..., Path],
    world: Path,
    reference_words: list[str],
    tmp_path: Path,
) -> None:
    kill = tmp_path / "kill.config"
    killer = tmp_path / "killer.sh"
    killer.write_text(KILLER)
    kill.write_text(KILL_FIRST_TRY.replace("KILLER", str(killer)))
    labels = ad.read_h5ad(world / "cells.h5ad").obs[["label"]]
    labels.to_csv(tmp_path / "my labels.csv")
    labelled = {"labels": "my labels.csv", "label_column": "label", "tag": "it's labelled"}
    broken = {"pair": "broken", "label_column": "no_such_column", "group_column": "no_such_group"}
    words = ["-c", kill, "--input", sheet(labelled, broken), *reference_words]
    words += ["--skip_attribution", "--bootstraps", 10, "--screen", "--screen_permutations", 200]
    ended = pipeline(tmp_path, *words)

    tries = ended.trace[ended.trace["process"] == "PRETRAIN"].sort_values("attempt")
    assert tries["exit"].astype(int).tolist() == [137, 0]
    assert tries["memory"].tolist() == ["1 GB", "2 GB"]

    assert ended.code == 1
    assert "failed: broken (gene_sets) in preprocess: " in ended.text
    assert "failed: broken in screen: cells/cells.h5ad: no column 'no_such_group' in obs" in ended.text
    results = tmp_path / "results"
    assert [path.parent.parent.name for path in results.glob("*/screen/screen.json")] == ["good"]
    study = json.loads((results / "good/gene_sets/study/study.json").read_text())
    assert study["content"]["tag"] == "it's labelled"
    scores = json.loads((results / "good/gene_sets/scores/scores.json").read_text())
    assert scores["content"]["n_cells"] == {
        "sensitive": 150,
        "resistant": 150,
        "unlabelled": 0,
        "shots": 0,
    }
    assert (results / "good/gene_sets/ridge_pathways/seed_1/predictions/predictions.parquet").is_file()
    assert set(pd.read_parquet(results / "report" / "predictions.parquet")["pair"]) == {"good"}
    assert json.loads((results / "report" / "report.json").read_text())["content"]["failed"] == ["broken"]
    page = (results / "report" / "report.html").read_text()
    assert "no column no_such_column" in page
