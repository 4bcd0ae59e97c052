"""The example of CONTRIBUTING, put in place in a copy of the package, trains, predicts and is explained."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

import bulk2cell

SECTION = re.compile(r"^## Adding a strategy\n(.*?)^## ", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
TABLE = "STRATEGIES: dict[str, Strategy] = {\n"
COMMANDS = """
import json, runpy, sys
for words in json.loads(sys.argv[1]):
    sys.argv = ["bulk2cell", *words]
    try:
        runpy.run_module("bulk2cell", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code:
            raise
print("torch" in sys.modules)
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Run commands of a package with the example in it, all in one process, and tell whether torch was loaded."""
    package = tmp_path / "src" / "bulk2cell"
    shutil.copytree(Path(bulk2cell.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    document = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text()
    section = SECTION.search(document)
    assert section is not None
    file, line = BLOCK.findall(section[1])
    (package / "mean_difference.py").write_text(file)
    table = (package / "strategies.py").read_text()
    assert TABLE in table
    (package / "strategies.py").write_text(table.replace(TABLE, TABLE + line))

    def call(*commands: list[object]) -> str:
        words = json.dumps([[str(word) for word in command] for command in commands])
        ended = subprocess.run(
            [sys.executable, "-c", COMMANDS, words],
            check=False,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.split()[-1]

    return call


def test_the_example_is_a_strategy_like_the_others(
    tiny_study: Path, tmp_path: Path, run: Callable[..., str]
) -> None:
    run(
        ["pretrain", tiny_study, "--strategy", "mean_difference", "--device", "cpu", "--out", "encoder"],
        ["finetune", tiny_study, "--encoder", "encoder", "--device", "cpu", "--out", "model"],
        ["controls", tiny_study, "--encoder", "encoder", "--label-permutations", 2, "--out", "controls"],
        ["attribute", "model", tiny_study, "--permutations", 50, "--out", "attributions"],
    )
    assert run(["predict", "model", tiny_study, "--out", "predictions"]) == "False"
    run(["report", tiny_study, "encoder", "model", "predictions", "attributions", "--out", "report"])

    found = pd.read_parquet(tmp_path / "predictions" / "predictions.parquet").set_index("cell")
    labels = pd.read_parquet(tiny_study / "cell_labels.parquet").set_index("cell")["label"].dropna()
    assert roc_auc_score(labels, found.loc[labels.index, "probability"]) > 0.8
    controls = pd.read_parquet(tmp_path / "controls" / "controls.parquet")
    assert set(controls["control"]) == {"permuted labels"}
    units = set(pd.read_parquet(tmp_path / "attributions" / "pathways.parquet")["unit"])
    assert set(pd.read_parquet(tiny_study / "pathways.parquet")["set"]) <= units
    page = (tmp_path / "report" / "report.html").read_text()
    assert "is a difference of means. It learnt nothing but two means" in page
