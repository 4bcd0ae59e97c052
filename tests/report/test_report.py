import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.calls import CALLS
from bulk2cell.cli.app import app
from bulk2cell.errors import ArtefactError, InputError
from bulk2cell.parameters import CellInput, PredictParameters
from bulk2cell.report.failures import Failure, read_failures
from bulk2cell.stages import predict, report


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
    assert overview["permutations"].to_dict() == {"loud": 0, "quiet": 20}
    assert overview.loc["quiet", "permutation_p"] == pytest.approx(1 / 21)
    assert pd.isna(overview.loc["loud", "permutation_p"])
    genes = pd.read_parquet(out / "genes.parquet")
    assert genes.groupby("pair")["gene"].first().tolist() == ["TOPGENE1", "TOPGENE1"]
    assert len(genes) == 240
    calls = pd.read_parquet(out / "calls.parquet")
    assert len(calls) == 600
    assert set(calls["seeds"]) == {2}
    assert not (out / "predictions.csv").exists()
    assert pd.read_csv(out / "warnings.csv")["pair"].tolist() == ["loud", "loud"]


def test_predictions_of_every_seed_lie_beside_the_page(two_pairs: list[Path], tmp_path: Path) -> None:
    out = report(two_pairs, tmp_path / "report")
    found = pd.read_parquet(out / "predictions.parquet")
    names = {
        "pair": "loud",
        "gene_sets": "hallmark",
        "strategy": "share_ae_pathways",
        "regime": "B",
        "seed": 2,
    }
    own = ["cell", "probability", "call"]
    assert list(found) == [*list(names), "cells", *own]
    assert len(found) == 2 * 2 * 300
    (made,) = [path for path in two_pairs if path.parts[-2:] == ("loud", "predictions2")]
    kept = found[(found[list(names)] == pd.Series(names)).all(axis=1)]
    pd.testing.assert_frame_equal(
        kept[own].reset_index(drop=True), pd.read_parquet(made / "predictions.parquet")[own]
    )
    calls = pd.read_parquet(out / "calls.parquet")
    means = found.groupby(["pair", "cells", "cell"])["probability"].mean()
    assert calls.set_index(["pair", "cells", "cell"])["probability"].to_dict() == pytest.approx(
        means.to_dict()
    )


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


def test_command_takes_failures_alone_and_counts_a_pair_once(tmp_path: Path) -> None:
    lost = {"pair": "lost", "stage": "finetune", "message": "killed"}
    settings = [f"reactome, share_ae_pathways, seed {seed}" for seed in (1, 2)]
    failures = tmp_path / "failures.json"
    failures.write_text(json.dumps([{**lost, "setting": setting} for setting in settings]))
    out = tmp_path / "report"
    result = CliRunner().invoke(app, ["report", "--out", str(out), "--failures", str(failures)])
    assert result.exit_code == 0
    html = (out / "report.html").read_text()
    for setting in settings:
        assert f"<strong>lost</strong> ({setting}) failed in finetune: killed" in html
    assert "1 pair failed" in html
    assert html.count("lost (failed)") == 0
    assert read_manifest(out, "report").content["failed"] == ["lost"]


@pytest.mark.parametrize(
    ("given", "setting"), [({}, ""), ({"setting": None}, ""), ({"setting": "go, seed 2"}, "go, seed 2")]
)
def test_the_setting_of_a_failure_may_be_given(tmp_path: Path, given: dict[str, str], setting: str) -> None:
    file = tmp_path / "failures.json"
    file.write_text(json.dumps([{"pair": "a", "stage": "pretrain", "message": "killed", **given}]))
    assert read_failures(file) == [Failure("a", "pretrain", "killed", setting)]


def test_a_failure_is_said_in_one_line() -> None:
    assert str(Failure("a", "pretrain", "killed")) == "a in pretrain: killed"
    assert str(Failure("a", "pretrain", "killed", "go, seed 2")) == "a (go, seed 2) in pretrain: killed"


@pytest.mark.parametrize("text", ["{", '{"pair": 1}', '[{"pair": "a"}]', "3"])
def test_no_list_of_failures_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "failures.json"
    file.write_text(text)
    with pytest.raises(InputError, match="no list of failures"):
        read_failures(file)


@pytest.mark.parametrize(("cells", "told"), [(49_999, False), (50_012, True)])
def test_it_is_told_where_only_some_cells_took_part_in_training(
    build: Callable[..., list[Path]], tmp_path: Path, cells: int, told: bool
) -> None:
    made = build(tmp_path / "in", "pair", trained_on=cells)
    text = (report(made, tmp_path / "report") / "report.html").read_text()
    assert ("50,012 took part in training, drawn at random; all were scored." in text) == told


def test_encoders_may_be_left_out(build: Callable[..., list[Path]], tmp_path: Path) -> None:
    made = [path for path in build(tmp_path / "in", "pair") if not (path / "encoder.json").is_file()]
    text = (report(made, tmp_path / "report") / "report.html").read_text()
    assert "It was fine-tuned on the labelled lines" in text


def test_calls_are_counted_by_sample(two_pairs: list[Path], tmp_path: Path) -> None:
    out = report(two_pairs, tmp_path / "report")
    found = pd.read_csv(out / "samples.csv").query("pair == 'quiet'").set_index("sample")
    calls = pd.read_parquet(out / "predictions.parquet").query("pair == 'quiet'")
    (study,) = [path for path in two_pairs if path.parts[-2:] == ("quiet", "study")]
    samples = pd.read_parquet(study / "cell_labels.parquet").set_index("cell")["sample"]
    assert sorted(found.index) == sorted(samples.unique())
    for sample, row in found.iterrows():
        own = calls[calls["cell"].map(samples) == sample]["call"].value_counts() / 2
        own = own.reindex(CALLS, fill_value=0)
        assert row[list(CALLS)].tolist() == own.tolist()
        assert row["cells"] == own.sum() == (samples == sample).sum()
        assert row["low"] < row["share_sensitive"] < row["high"]
        share = own["sensitive"] / (own["sensitive"] + own["resistant"])
        assert row["share_sensitive"] == pytest.approx(share, rel=1e-4)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Calls by sample" in page
    assert "derived_c" in page


def test_the_page_says_how_far_a_model_can_be_trusted(
    tiny_study: Path, train_tiny: Any, tmp_path: Path
) -> None:
    model = train_tiny(tiny_study, tmp_path, strategy="ridge_pathways")
    predictions = predict(model, tiny_study, tmp_path / "predictions", CellInput(), PredictParameters())
    page = (report([tiny_study, model, predictions], tmp_path / "report") / "report.html").read_text("utf-8")
    trust = read_manifest(model, "model").content["trust"]
    assert f"Trust: {trust['grade']}, " in page
    assert f"Expected AUROC {trust['expected_auroc']:.2f}" in page
