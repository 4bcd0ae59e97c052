import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from bulk2cell.artefacts.folder import read_manifest
from bulk2cell.cli.app import app
from bulk2cell.errors import ArtefactError, InputError
from bulk2cell.report.failures import read_failures
from bulk2cell.report.report import Failure, report


def test_same_artefacts_give_the_same_bytes(build: Callable[..., list[Path]], tmp_path: Path) -> None:
    made = build(tmp_path / "in", "pair")
    first = report(made, tmp_path / "first")
    second = report(list(reversed(made)), tmp_path / "second")
    assert read_manifest(first, "report").files == read_manifest(second, "report").files
    assert (first / "report.json").read_bytes() == (second / "report.json").read_bytes()


def test_tables_lie_beside_the_page(two_pairs: list[Path], tmp_path: Path) -> None:
    out = report(two_pairs, tmp_path / "report")
    overview = pd.read_csv(out / "overview.csv").set_index("pair")
    assert overview["auroc"].to_dict() == pytest.approx({"loud": 0.44, "quiet": 0.90})
    assert overview.loc["loud", ["flips", "simulated", "sensitive", "resistant"]].tolist() == [
        2,
        True,
        200,
        100,
    ]
    assert overview.loc["quiet", ["depth_auroc", "constant_accuracy"]].tolist() == pytest.approx(
        [0.609, 0.667]
    )
    genes = pd.read_parquet(out / "genes.parquet")
    assert genes.groupby("pair")["gene"].first().tolist() == ["TOPGENE1", "TOPGENE1"]
    assert len(genes) == 240
    calls = pd.read_parquet(out / "calls.parquet")
    assert len(calls) == 600
    assert set(calls["seeds"]) == {2}
    assert pd.read_csv(out / "warnings.csv")["pair"].tolist() == ["loud", "loud"]


def test_failures_alone_make_a_report(tmp_path: Path) -> None:
    out = report(
        [], tmp_path / "report", [Failure("a", "preprocess", "no drug"), Failure("b", "pretrain", "no line")]
    )
    html = (out / "report.html").read_text()
    assert "no drug" in html
    assert "2 pairs failed" in html
    assert sorted(file.name for file in out.iterdir()) == ["report.html", "report.json"]


def test_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="nothing to report"):
        report([], tmp_path / "report")


def test_damage_leaves_nothing_behind(build: Callable[..., list[Path]], tmp_path: Path) -> None:
    made = build(tmp_path / "in", "pair", seeds=(1,))
    (made[-1] / "cells.parquet").write_bytes(b"damaged")
    with pytest.raises(ArtefactError, match="missing or changed"):
        report(made, tmp_path / "out" / "report")
    assert not (tmp_path / "out").exists()


def test_command_takes_artefacts_and_failures(build: Callable[..., list[Path]], tmp_path: Path) -> None:
    made = build(tmp_path / "in", "pair", seeds=(1,))
    failures = tmp_path / "failures.json"
    failures.write_text(json.dumps([{"pair": "lost", "stage": "fetch", "message": "gone"}]))
    out = tmp_path / "report"
    result = CliRunner().invoke(
        app,
        ["report", *map(str, made), "--out", str(out), "--failures", str(failures), "--title", "My cells"],
    )
    assert result.exit_code == 0
    assert result.stdout.strip() == str(out)
    html = (out / "report.html").read_text()
    assert "<h1>My cells</h1>" in html
    assert "<strong>lost</strong> failed in fetch: gone" in html


@pytest.mark.parametrize("text", ["{", '{"pair": 1}', '[{"pair": "a"}]', "3"])
def test_no_list_of_failures_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "failures.json"
    file.write_text(text)
    with pytest.raises(InputError, match="no list of failures"):
        read_failures(file)


def test_encoders_may_be_left_out(build: Callable[..., list[Path]], tmp_path: Path) -> None:
    made = [path for path in build(tmp_path / "in", "pair") if not (path / "encoder.json").is_file()]
    text = (report(made, tmp_path / "report") / "report.html").read_text()
    assert "It was fine-tuned on the labelled lines" in text
