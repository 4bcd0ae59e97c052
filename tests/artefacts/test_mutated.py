"""What mutated artefacts do: every command that reads one ends, in one line, with a documented exit code."""

import contextlib
import io
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mutations import mutate

from bulk2cell.artefacts.manifest import Kind
from bulk2cell.cli.app import main

DOCUMENTED = {0, 1, 2, 75, 137}
SHOTS = ["--regime", "C", "--shots", 2]
QUICK = ["--device", "cpu", "--finetune-epochs", 1, "--finetune-min-epochs", 0]
WAYS: dict[str, tuple[Kind, list[list[Any]]]] = {
    "study": (
        "study",
        [
            ["predict", "model", "study"],
            ["shots", "study", *SHOTS],
            ["pretrain", "study"],
            ["finetune", "study", "--encoder", "ridge encoder", *QUICK],
            ["attribute", "ridge model", "study", "--attributed-cells", 20, "--permutations", 10],
            ["evaluate", "study", "predictions", "--bootstraps", 10, "--cluster-cells", 20],
            ["report", "study"],
        ],
    ),
    "encoder": (
        "encoder",
        [["finetune", "study", "--encoder", "encoder", *QUICK], ["report", "encoder"]],
    ),
    "ridge encoder": (
        "encoder",
        [
            ["finetune", "study", "--encoder", "ridge encoder", *QUICK],
            ["controls", "study", "--encoder", "ridge encoder", "--label-permutations", 1, "--device", "cpu"],
        ],
    ),
    "model": (
        "model",
        [
            ["predict", "model", "study"],
            ["attribute", "model", "study", "--attributed-cells", 20, "--permutations", 10],
            ["report", "model", "study"],
        ],
    ),
    "ridge model": (
        "model",
        [
            ["predict", "ridge model", "cells"],
            ["evaluate", "study", "predictions", "--model", "ridge model", "--bootstraps", 10],
            ["report", "ridge model"],
        ],
    ),
    "shots": (
        "shots",
        [
            ["finetune", "study", "--encoder", "ridge encoder", "--shots-from", "shots", *SHOTS, *QUICK],
        ],
    ),
    "predictions": (
        "predictions",
        [
            ["evaluate", "study", "predictions", "--bootstraps", 10, "--cluster-cells", 20],
            ["report", "predictions", "study"],
        ],
    ),
    "controls": (
        "controls",
        [["evaluate", "study", "predictions", "--controls", "controls", "--bootstraps", 10]],
    ),
    "scores": ("scores", [["report", "scores", "study"], ["compare", "scores", "--setting", "default"]]),
    "attributions": ("attributions", [["report", "attributions", "ridge model"]]),
}


def run(words: list[Any], places: Mapping[str, Path], out: Path) -> tuple[int, str]:
    """Run a command in this process; return its exit code and what it says on standard error."""
    command, *rest = words
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(said):
        patch.setattr(
            "sys.argv",
            ["bulk2cell", command, *(str(places.get(word, word)) for word in rest), "--out", str(out)],
        )
        with pytest.raises(SystemExit) as ended:
            main()
    return int(ended.value.code or 0), said.getvalue()


@pytest.fixture(scope="module")
def whole(
    world: Path,
    tiny_study: Path,
    tiny_model: Path,
    train_tiny: Callable[..., Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Path]:
    """Return an artefact of each kind by name."""
    home = tmp_path_factory.mktemp("whole")
    ridge = train_tiny(tiny_study, home / "ridge", strategy="ridge_pathways")
    made = {"study": tiny_study, "model": tiny_model, "encoder": tiny_model.with_name("encoder")}
    made |= {"ridge model": ridge, "ridge encoder": ridge.with_name("encoder"), "cells": world / "cells.h5ad"}
    for name, words in {
        "shots": ["shots", "study", *SHOTS],
        "predictions": ["predict", "ridge model", "study"],
        "controls": WAYS["ridge encoder"][1][1],
        "attributions": WAYS["study"][1][4],
        "scores": [*WAYS["controls"][1][0], "--cluster-cells", 20],
    }.items():
        made[name] = home / name
        code, said = run(words, made, home / name)
        assert code == 0, said
    return made


@pytest.mark.parametrize("name", WAYS)
def test_a_mutated_artefact_is_one_line_and_a_documented_exit_code(
    name: str,
    whole: dict[str, Path],
    tmp_path: Path,
    pytestconfig: pytest.Config,
) -> None:
    kind, ways = WAYS[name]
    mutations = pytestconfig.getoption("--mutations")
    ended: Counter[int] = Counter()

    @settings(
        max_examples=mutations,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def feed(data: st.DataObject) -> None:
        for old in tmp_path.iterdir():
            shutil.rmtree(old)
        shutil.copytree(whole[name], tmp_path / "mutated")
        mutate(tmp_path / "mutated", kind, data.draw)
        words = data.draw(st.sampled_from(ways))
        code, said = run(words, {**whole, name: tmp_path / "mutated"}, tmp_path / "out")
        ended[code] += 1
        assert code in DOCUMENTED, said
        assert "Traceback" not in said, said
        assert (tmp_path / "out").exists() == (code == 0)
        if code:
            *before, last = said.splitlines()
            assert last.startswith("error: "), said
            assert not any(line.startswith("error: ") for line in before), said

    feed()
    sys.stdout.write(f"{name}: exit codes {dict(sorted(ended.items()))}\n")
