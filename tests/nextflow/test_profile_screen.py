"""`-profile test_screen` under a real engine: the screen beside the pair, and equality with `bulk2cell run`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nextflow_engine import Pipeline

from bulk2cell.artefacts.manifest import read_manifest

PLACE = Path("planted/screen")


def test_the_screen_equals_that_of_the_run_command_to_the_bit(
    pipeline: Pipeline, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    words = ["--seeds", 1, "--skip_attribution", "--skip_controls"]
    ended = pipeline(tmp_path, "-profile", "test_screen", *words)
    assert ended.code == 0, ended.text
    assert ended.tasks("COMPLETED").count("SCREEN") == 1
    made = read_manifest(tmp_path / "results" / PLACE, "screen")

    simulated = tmp_path / "results" / "simulated"
    files = {"bulk": "bulk.parquet", "response": "response.parquet", "gene_sets": "gene_sets.gmt"}
    given = {name: str(simulated / file) for name, file in files.items()}
    given |= {"input": str(simulated / "pairs.csv"), "outdir": str(tmp_path / "here")}
    skipped = {"skip_attribution": True, "skip_controls": True}
    values = {"hvg": 100, "seeds": 1, "screen": True, "screen_permutations": 200}
    (tmp_path / "params.json").write_text(json.dumps({**given, **values, **skipped}))
    ended = bulk2cell("run", "--params", tmp_path / "params.json")
    assert ended.code == 0, ended.err
    same = read_manifest(tmp_path / "here" / PLACE, "screen")
    assert (made.files, made.parameters, made.inputs) == (same.files, same.parameters, same.inputs)

    again = pipeline(tmp_path, "-profile", "test_screen", *words, "-resume", "--screen_permutations", 201)
    assert again.code == 0, again.text
    assert again.tasks("COMPLETED") == ["REPORT", "SCREEN"]
