import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd
import pytest

from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.manifest import KINDS, read_manifest, sha256
from bulk2cell.errors import ArtefactError, InputError, ParameterError
from bulk2cell.parameters import CellInput, CellLabels
from bulk2cell.run.inputs import Reference
from bulk2cell.run.params_file import make_parameters
from bulk2cell.run.run import record_failure, run
from bulk2cell.run.sample_sheet import SheetRow
from bulk2cell.strategies import STRATEGIES

Sheet = Callable[..., Path]
STAGES = set(KINDS) - {"shots", "benchmark", "screen"}
QUICK: dict[str, Any] = {
    "hvg": 60,
    "hidden": 16,
    "pretrain_epochs": 1,
    "finetune_epochs": 2,
    "batch_size": 64,
    "seeds": 1,
    "device": "cpu",
    "bootstraps": 10,
    "cluster_cells": 50,
    "attributed_cells": 20,
    "permutations": 20,
    "label_permutations": 2,
}
MADE = set(KINDS) - {"controls"}


def artefacts(results: Path) -> dict[str, int]:
    """Return every artefact's path and the inode of its manifest; a rewritten artefact has another."""
    manifests = [path for kind in KINDS for path in results.rglob(f"{kind}.json")]
    return {str(path.parent.relative_to(results)): path.stat().st_ino for path in manifests}


def changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    """Return the last part of the paths of artefacts that were written anew."""
    assert before.keys() == after.keys()
    return {Path(path).name for path in before if before[path] != after[path]}


@pytest.fixture
def one_class(world: Path, tmp_path: Path) -> Path:
    """Return cells whose labels are all of one class."""
    cells = ad.read_h5ad(world / "cells.h5ad")
    cells.obs["label"] = "sensitive"
    cells.write_h5ad(tmp_path / "one_class.h5ad")
    return tmp_path / "one_class.h5ad"


def test_a_failing_pair_does_not_stop_the_other(
    write_sheet: Sheet, world: Path, tmp_path: Path, one_class: Path, bulk2cell: Callable[..., Any]
) -> None:
    sheet = write_sheet({"pair": "bad", "cells": one_class}, {"pair": "good", "sample_column": "cell_line"})
    params = tmp_path / "params.yaml"
    params.write_text("".join(f"{name}: {value}\n" for name, value in QUICK.items()))
    results = tmp_path / "results"
    words = ["run", sheet, "--bulk", world / "bulk.parquet", "--response", world / "response.parquet"]
    words += ["--gene-sets", world / "gene_sets.gmt", "--params", params, "--out", results]
    ended = bulk2cell(*words, "--skip-attribution")
    assert ended.code == 1
    assert "Traceback" not in ended.err
    last = ended.err.splitlines()[-1]
    assert last.startswith("failed: bad (gene_sets) in preprocess: ")
    assert "300 sensitive and 0 resistant cells" in last
    assert ended.out.splitlines()[-1] == str(results / "report" / "report.html")

    home = results / "good" / "gene_sets"
    scores = pd.read_parquet(home / "scores" / "scores.parquet")
    assert {"bulk2cell", "logistic regression"} <= set(scores["method"])
    assert set(artefacts(results)) == {
        "good/gene_sets/study",
        *(f"good/gene_sets/ridge_pathways/seed_1/{name}" for name in ("encoder", "model", "predictions")),
        "good/gene_sets/ridge_pathways/controls",
        "good/gene_sets/scores",
        "report",
    }
    page = (results / "report" / "report.html").read_text()
    assert "bad" in page
    assert "300 sensitive and 0 resistant cells" in page

    before = artefacts(results)
    assert bulk2cell(*words, "--skip-attribution").code == 1
    assert changed(before, artefacts(results)) <= {"report"}


def test_finished_stages_are_kept_and_a_changed_parameter_repeats_what_depends_on_it(
    write_sheet: Sheet, reference: Reference, tmp_path: Path
) -> None:
    sheet, results = write_sheet({}), tmp_path / "results"
    network = {**QUICK, "strategies": "share_ae_pathways"}

    def again(**values: Any) -> dict[str, int]:
        outcome = run(sheet, reference, make_parameters({**network, **values}, "p"), results)
        assert outcome.failures == ()
        return artefacts(results)

    first = again()
    assert {Path(path).name for path in first} == STAGES
    second = again()
    assert changed(first, second) <= {"report"}
    attributed = again(permutations=21)
    assert changed(second, attributed) == {"attributions", "report"}
    evaluated = again(permutations=21, bootstraps=11)
    assert changed(attributed, evaluated) == {"scores", "report"}
    predicted = again(permutations=21, bootstraps=11, threshold=0.4)
    assert changed(evaluated, predicted) == {"predictions", "controls", "scores", "report"}
    tuned = again(permutations=21, bootstraps=11, threshold=0.4, learning_rate=0.01)
    assert changed(predicted, tuned) == STAGES - {"study"}


def test_a_results_folder_depends_on_its_input_alone(
    write_sheet: Sheet, reference: Reference, tmp_path: Path
) -> None:
    sheet, parameters = write_sheet({}), make_parameters({**QUICK, "skip_attribution": True}, "p")
    for name in ("a", "b"):
        run(sheet, reference, parameters, tmp_path / name)
    for path in artefacts(tmp_path / "a"):
        if path != "report":
            assert sha256(tmp_path / "a" / path) == sha256(tmp_path / "b" / path), path


def test_changed_labels_repeat_the_evaluation_but_no_training(
    write_sheet: Sheet, reference: Reference, world: Path, tmp_path: Path
) -> None:
    labels = pd.DataFrame({"cell": ad.read_h5ad(world / "cells.h5ad").obs_names, "response": [0, 1] * 150})
    labels.to_csv(tmp_path / "labels.csv", index=False)
    sheet = write_sheet({"labels": "labels.csv", "label_column": "response"})
    parameters = make_parameters({**QUICK, "skip_attribution": True}, "p")
    run(sheet, reference, parameters, tmp_path / "results")
    before = artefacts(tmp_path / "results")
    labels.assign(response=[1, 0] * 150).to_csv(tmp_path / "labels.csv", index=False)
    run(sheet, reference, parameters, tmp_path / "results")
    assert changed(before, artefacts(tmp_path / "results")) == {"study", "scores", "report"}


def test_all_strategies_and_seeds_are_trained(
    write_sheet: Sheet, reference: Reference, tmp_path: Path
) -> None:
    values = {**QUICK, "strategies": "all", "seeds": 2, "skip_attribution": True, "finetune_epochs": 1}
    outcome = run(write_sheet({}), reference, make_parameters(values, "p"), tmp_path / "results")
    assert outcome.failures == ()
    home = tmp_path / "results" / "first" / "gene_sets"
    for strategy in STRATEGIES:
        for seed in (1, 2):
            content = read_manifest(home / strategy / f"seed_{seed}" / "predictions", "predictions").content
            assert (content["strategy"], content["seed"]) == (strategy, seed)
    scores = pd.read_parquet(home / "scores" / "scores.parquet")
    ours = scores[(scores["method"] == "bulk2cell") & (scores["metric"] == "auroc")]
    assert sorted(ours[["strategy", "seed"]].itertuples(index=False, name=None)) == sorted(
        (strategy, seed) for strategy in STRATEGIES for seed in (1, 2)
    )


def test_cells_without_labels_are_called_but_not_scored(
    write_sheet: Sheet, reference: Reference, tmp_path: Path
) -> None:
    sheet = write_sheet({"label_column": ""})
    outcome = run(sheet, reference, make_parameters(QUICK, "p"), tmp_path / "results")
    assert outcome.failures == ()
    found = {Path(path).name for path in artefacts(tmp_path / "results")}
    assert found == STAGES - {"controls", "scores"}


def test_the_command_ends_well_without_labels(
    write_sheet: Sheet, world: Path, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    params = tmp_path / "params.json"
    params.write_text(json.dumps({**QUICK, "seeds": 5}))
    words = ["--bulk", world / "bulk.parquet", "--response", world / "response.parquet"]
    words += ["--gene-sets", world / "gene_sets.gmt", "--params", params, "--out", tmp_path / "results"]
    sheet = write_sheet({"label_column": ""})
    ended = bulk2cell("run", sheet, *words, "--skip-attribution", "--seeds", 1)
    assert ended.code == 0, ended.err
    assert ended.out.splitlines()[-1].endswith("report.html")
    assert "seed_2" not in "".join(artefacts(tmp_path / "results"))


def test_the_params_file_alone_is_enough_and_the_command_line_wins(
    write_sheet: Sheet,
    world: Path,
    tmp_path: Path,
    bulk2cell: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sheet = write_sheet({"cells": tmp_path / "cells.h5ad"})
    (tmp_path / "cells.h5ad").symlink_to(world / "cells.h5ad")
    (tmp_path / "bulk.parquet").symlink_to(world / "bulk.parquet")
    (tmp_path / "few.gmt").write_text((world / "gene_sets.gmt").read_text())
    given = {
        "input": sheet.name,
        "bulk": "bulk.parquet",
        "response": str(world / "response.parquet"),
        "gene_sets": f"few.gmt, {world / 'gene_sets.gmt'}",
        "account": "lab",
        "skip_attribution": True,
    }
    (tmp_path / "params.json").write_text(json.dumps({**QUICK, **given}))
    monkeypatch.chdir(tmp_path)
    ended = bulk2cell("run", "--params", "params.json")
    assert ended.code == 0, ended.err
    assert ended.out.splitlines()[-1] == "results/report/report.html"
    assert sorted(os.listdir(tmp_path / "results" / "first")) == ["few", "gene_sets"]
    ended = bulk2cell("run", "--params", "params.json", "--gene-sets", "few.gmt", "--out", "other")
    assert ended.code == 0, ended.err
    assert os.listdir(tmp_path / "other" / "first") == ["few"]


def test_gene_sets_that_only_the_pipeline_fetches_are_no_file_here(
    write_sheet: Sheet, world: Path, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    words = [
        "--bulk",
        world / "bulk.parquet",
        "--response",
        world / "response.parquet",
        "--out",
        tmp_path / "r",
    ]
    ended = bulk2cell("run", write_sheet({}), *words)
    assert ended.code == 2
    assert ended.err == "error: reactome: no such file; check the path, or get it with `bulk2cell fetch`\n"


def test_when_every_pair_fails_the_report_and_the_exit_code_say_so(
    write_sheet: Sheet, world: Path, tmp_path: Path, one_class: Path, bulk2cell: Callable[..., Any]
) -> None:
    words = ["--bulk", world / "bulk.parquet", "--response", world / "response.parquet"]
    words += ["--gene-sets", world / "gene_sets.gmt", "--out", tmp_path / "results"]
    ended = bulk2cell("run", write_sheet({"cells": one_class}), *words)
    assert ended.code == 1
    assert ended.err.splitlines()[-1].startswith("failed: first (gene_sets) in preprocess: ")
    assert "first" in (tmp_path / "results" / "report" / "report.html").read_text()


def test_nothing_is_started_if_anything_in_the_request_is_wrong(
    write_sheet: Sheet, reference: Reference, tmp_path: Path
) -> None:
    good, bad = write_sheet({}), write_sheet({}, {"pair": "b", "drug": "X"}, name="bad.csv")
    results = tmp_path / "results"
    with pytest.raises(InputError, match="row 3 column drug"):
        run(bad, reference, make_parameters(QUICK, "p"), results)
    with pytest.raises(ParameterError, match="strategies: 'best' is unknown"):
        run(good, reference, make_parameters({"strategies": "best"}, "p"), results)
    absent = Reference(tmp_path / "no.parquet", reference.response, reference.gene_sets, None)
    with pytest.raises(InputError, match=r"no\.parquet: no such file"):
        run(good, absent, make_parameters(QUICK, "p"), results)
    without_names = replace(reference, gene_ids=tmp_path / "no_names.parquet")
    with pytest.raises(InputError, match=r"no_names\.parquet: no such file"):
        run(good, without_names, make_parameters(QUICK, "p"), results)
    (gene_sets,) = reference.gene_sets
    twin = tmp_path / f"{gene_sets.stem}.txt"
    twin.write_bytes(gene_sets.read_bytes())
    with pytest.raises(InputError, match="two files have the same name among gene_sets, gene_sets"):
        run(good, replace(reference, gene_sets=(gene_sets, twin)), make_parameters(QUICK, "p"), results)
    assert not results.exists()


def test_a_figure_that_a_person_saved_in_the_report_stops_the_run_before_it_starts(
    write_sheet: Sheet, reference: Reference, tmp_path: Path
) -> None:
    results = tmp_path / "results"
    with new_artefact(results / "report", "report", {}, {}):
        pass
    (results / "report" / "mine.svg").write_text("mine")
    with pytest.raises(ArtefactError, match=r"mine\.svg does not belong to the report"):
        run(write_sheet({}), reference, make_parameters(dict(QUICK), "p"), results)
    assert [path.name for path in results.iterdir()] == ["report"]
    assert (results / "report" / "mine.svg").read_text() == "mine"


@pytest.mark.parametrize("command", ["run", "benchmark"])
@pytest.mark.parametrize("out", ["file", "file/results", "loop/results", "n" * 300])
def test_a_results_folder_that_cannot_be_made_ends_before_any_work(
    write_sheet: Sheet, world: Path, tmp_path: Path, bulk2cell: Callable[..., Any], command: str, out: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    words = ["--bulk", world / "bulk.parquet", "--response", world / "response.parquet"]
    words += ["--gene-sets", world / "gene_sets.gmt", "--out", tmp_path / out]
    ended = bulk2cell(command, write_sheet({"label_column": "label"}), *words)
    assert ended.code == 2
    assert ended.err.startswith(f"error: {tmp_path}")
    assert ended.err.count("\n") == 1


def test_a_pair_that_failed_is_told_by_what_is_at_fault(capsys: pytest.CaptureFixture[str]) -> None:
    pair = SheetRow("p", "d", Path("c"), None, (), "", "", CellInput(), CellLabels(), {})
    told = {
        "out of memory; use a machine": MemoryError(),
        "c.h5ad: No space left on device; check": OSError(errno.ENOSPC, "No space left on device", "c.h5ad"),
        "c.h5ad: wrong": InputError("c.h5ad:\nwrong"),
    }
    for says, error in told.items():
        assert record_failure(pair, "sets", error).message.startswith(says)
    assert capsys.readouterr().err == ""
    assert "unexpected error, KeyError: 'x'" in str(record_failure(pair, "sets", KeyError("x")))
    assert capsys.readouterr().err == "KeyError: 'x'\n"


def test_two_gene_set_files_of_one_name_are_refused(
    write_sheet: Sheet, reference: Reference, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "gene_sets.gmt"
    other.write_text(reference.gene_sets[0].read_text())
    twice = Reference(reference.bulk, reference.response, (*reference.gene_sets, other), None)
    with pytest.raises(InputError, match="gene_sets"):
        run(write_sheet({}), twice, make_parameters(QUICK, "p"), tmp_path / "results")


def test_two_gene_set_resources_stand_side_by_side(
    write_sheet: Sheet, reference: Reference, tmp_path: Path
) -> None:
    other = tmp_path / "few.gmt"
    other.write_text("".join(reference.gene_sets[0].read_text().splitlines(keepends=True)[:6]))
    both = Reference(reference.bulk, reference.response, (*reference.gene_sets, other), None)
    parameters = make_parameters({**QUICK, "skip_attribution": True}, "p")
    outcome = run(write_sheet({}), both, parameters, tmp_path / "results")
    assert outcome.failures == ()
    assert sorted(os.listdir(tmp_path / "results" / "first")) == ["few", "gene_sets"]


def test_regimes_stand_side_by_side_and_shots_are_tested_by_no_seed(
    write_sheet: Sheet, reference: Reference, tmp_path: Path
) -> None:
    sheet, results = write_sheet({}), tmp_path / "results"
    home = results / "first" / "gene_sets"
    of_regime: dict[str, dict[str, int]] = {}
    for regime, values in {"B": {}, "A": {}, "C": {"shots": 4}, "D": {}}.items():
        given = {**QUICK, "skip_attribution": True, "seeds": 2, "regime": regime, **values}
        outcome = run(sheet, reference, make_parameters(given, "p"), results)
        assert outcome.failures == ()
        before = artefacts(results)
        of_regime[regime] = {path: inode for path, inode in before.items() if path != "report"}
    assert (
        of_regime["D"].items() >= of_regime["C"].items() >= of_regime["A"].items() >= of_regime["B"].items()
    )

    for regime, number in {"A": 0, "C": 4, "D": 75}.items():
        folder = home / f"regime_{regime}"
        scores, cells = (
            pd.read_parquet(folder / "scores" / f"{name}.parquet") for name in ("scores", "cells")
        )
        assert set(scores["regime"]) == {regime}
        drawn = [
            pd.read_parquet(path)["cell"]
            for path in sorted((folder / "ridge_pathways").glob("seed_*/shots/shots.parquet"))
        ]
        assert [len(names) for names in drawn] == [2 * number] * (2 if number else 0)
        shots = set().union(*drawn)
        assert not shots & set(cells.loc[cells["label"].notna(), "cell"])
        facts = read_manifest(folder / "scores", "scores").content["n_cells"]
        assert facts["sensitive"] + facts["resistant"] == 300 - len(shots) > 0
        assert facts["shots"] == len(shots)
    assert set(pd.read_parquet(home / "scores" / "scores.parquet")["regime"]) == {"B"}


def test_a_pair_without_labels_fails_in_regime_c_with_a_clear_line(
    write_sheet: Sheet, reference: Reference, tmp_path: Path
) -> None:
    given = {**QUICK, "skip_attribution": True, "regime": "C", "shots": 2}
    sheet = write_sheet({"label_column": ""})
    outcome = run(sheet, reference, make_parameters(given, "p"), tmp_path / "results")
    (failure,) = outcome.failures
    assert failure.stage == "shots"
    assert "the smaller class has 0 labelled cells" in failure.message
