import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from bulk2cell.cli.app import app
from bulk2cell.grid.settings import settings


def listed(folder: Path, grid: str, **values: Any) -> dict[str, dict[str, Any]]:
    (folder / "grid.yaml").write_text(grid)
    found = settings({**values, "grid": str(folder / "grid.yaml")}, "params")
    return {entry["name"]: entry for entry in found}


def test_a_setting_says_its_options_and_whose_studies_it_takes(tmp_path: Path) -> None:
    found = listed(tmp_path, "dropout: [0.1, 0.4]\nhvg: [50]\nbatch_size: [64]\n")
    assert list(found) == ["default", "dropout=0.1", "hvg=50", "batch_size=64"]
    assert found["default"] == {
        "name": "default",
        "parameter": "-",
        "value": "-",
        "regime": "B",
        "study": "default",
        "options": {},
    }
    assert found["hvg=50"]["options"] == {"preprocess": "--hvg 50", "screen": "--hvg 50"}
    assert found["batch_size=64"]["options"] == {
        "pretrain": "--batch-size 64",
        "finetune": "--batch-size 64",
        "controls": "--batch-size 64",
    }
    assert [entry["study"] for entry in found.values()] == ["default", "default", "hvg=50", "default"]


def test_a_regime_is_told_and_a_switch_has_no_value(tmp_path: Path) -> None:
    found = listed(tmp_path, "regime: [D]\nfreeze_encoder: [false]\n", freeze_encoder=True)
    assert found["regime=D"]["regime"] == "D"
    assert found["regime=D"]["options"]["shots"] == "--regime D"
    assert found["freeze_encoder=False"]["options"] == {
        "finetune": "--no-freeze-encoder",
        "controls": "--no-freeze-encoder",
    }


def test_options_after_the_defaults_win() -> None:
    group: Any = typer.main.get_command(app)
    words = ["study", "--encoder", "encoder", "--out", "model", "--batch-size", "256", "--freeze-encoder"]
    context = group.commands["finetune"].make_context(
        "finetune", [*words, "--batch-size", "64", "--no-freeze-encoder"]
    )
    assert (context.params["batch_size"], context.params["freeze_encoder"]) == (64, False)


def test_the_article_is_a_grid_and_none_is_the_default_alone(bulk2cell: Callable[..., Any]) -> None:
    ended = bulk2cell("settings", "--grid", "article")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert {"default", "hvg=1000", "label_strategy=median"} <= {line["name"] for line in lines}
    ended = bulk2cell("settings")
    assert [json.loads(line)["name"] for line in ended.out.splitlines()] == ["default"]


@pytest.mark.parametrize(
    ("grid", "says"), [("droput: [0.1]", "unknown parameter 'droput'"), ("dropout: [2]", "2 is out of range")]
)
def test_a_wrong_grid_is_one_line(
    grid: str, says: str, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    (tmp_path / "grid.yaml").write_text(grid)
    ended = bulk2cell("settings", "--grid", tmp_path / "grid.yaml")
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert says in ended.err
