from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.errors import ArtefactError, InputError
from bulk2cell.grid.compare import compare
from bulk2cell.report.failures import Failure
from made_up import add_missing_files, content_of, parameters_of


@pytest.fixture
def scores(tmp_path: Path) -> Callable[..., Path]:
    """Write scores with one AUROC of one pair."""

    def make(name: str, pair: str, auroc: float) -> Path:
        common = {"pair": pair, "strategy": "ridge_pathways", "gene_sets": "sets", "regime": "B"}
        row = {**common, "method": "bulk2cell", "metric": "auroc"}
        constants = [
            {**common, "strategy": "-", "method": f"all {call}", "metric": metric, "value": 0.5, "seed": -1}
            for call in ("sensitive", "resistant")
            for metric in ("accuracy", "f1")
        ]
        models = [
            {**row, "metric": metric, "value": auroc, "seed": 1} for metric in ("auroc", "accuracy", "f1")
        ]
        interval = {**row, "over": "bootstrap", "mean": auroc, "low": 0.4, "high": 1.0, "n": 10}
        with new_artefact(tmp_path / name, "scores", parameters_of("scores"), {}) as draft:
            pd.DataFrame([*models, *constants]).to_parquet(draft.folder / "scores.parquet")
            pd.DataFrame([interval]).to_parquet(draft.folder / "intervals.parquet")
            draft.content |= content_of("scores", pair=pair, gene_sets="sets", simulated=False)
            add_missing_files(draft.folder, "scores")
        return tmp_path / name

    return make


@pytest.fixture
def values(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "grid.yaml").write_text("dropout: [0.1]\n")
    return {"grid": str(tmp_path / "grid.yaml")}


def test_scores_in_any_order_make_one_table(
    scores: Callable[..., Path], values: dict[str, Any], tmp_path: Path
) -> None:
    folders = [scores("1", "b", 0.9), scores("2", "b", 0.6), scores("3", "a", 0.7)]
    failure = Failure("a", "finetune", "no luck", "dropout=0.1, sets, ridge_pathways, seed 1")
    out = compare(
        folders, ["dropout=0.1", "default", "default"], values, "params", tmp_path / "out", [failure]
    )
    table = pd.read_parquet(out / "benchmark.parquet").query("metric == 'auroc'")
    assert list(zip(table["setting"], table["pair"], table["value"], strict=True)) == [
        ("default", "a", 0.7),
        ("default", "b", 0.6),
        ("dropout=0.1", "b", 0.9),
    ]
    assert list(table["parameter_value"]) == ["-", "-", "0.1"]
    assert "no luck" in (out / "benchmark.html").read_text()
    assert read_manifest(out, "benchmark").content["pairs"] == ["a", "b"]


def test_what_does_not_fit_is_refused(
    scores: Callable[..., Path], values: dict[str, Any], tmp_path: Path
) -> None:
    folders, out = [scores("1", "a", 0.9)], tmp_path / "out"
    with pytest.raises(InputError, match=r"'dropout=0.2': not in the grid; it has default, dropout=0.1"):
        compare(folders, ["dropout=0.2"], values, "params", out, [])
    with pytest.raises(InputError, match="1 scores and 2 settings"):
        compare(folders, ["default", "default"], values, "params", out, [])
    with pytest.raises(ArtefactError, match="no job of the default setting"):
        compare(folders, ["dropout=0.1"], values, "params", out, [])
    assert not out.exists()
