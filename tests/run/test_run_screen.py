"""The screens of a sample sheet: one for all rows that would give the same, beside the pairs."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd
import pytest

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.screen import read_screen
from bulk2cell.errors import InputError, ParameterError
from bulk2cell.grid.grid import read_settings
from bulk2cell.run.check import check
from bulk2cell.run.inputs import Reference
from bulk2cell.run.params_file import make_parameters
from bulk2cell.run.run import run
from bulk2cell.run.sample_sheet import read_sample_sheet
from bulk2cell.run.screen import name_screens
from bulk2cell.simulate.synthesise import DRUG

Sheet = Callable[..., Path]
QUICK: dict[str, Any] = {
    "screen": True,
    "screen_permutations": 200,
    "hvg": 60,
    "seeds": 1,
    "skip_attribution": True,
    "skip_controls": True,
}
ALONE = {"drug": "", "label_column": "", "group_column": "cell_line"}


def screens(results: Path) -> dict[str, int]:
    """Return the folder of every screen and the inode of its manifest; one that is written anew has another."""
    return {
        str(path.parent.relative_to(results)): path.stat().st_ino for path in results.rglob("screen.json")
    }


@pytest.mark.parametrize(
    ("row", "own"),
    [
        ({"drug": ""}, False),
        ({"tag": "before", "label_column": "", "sensitive": "yes"}, False),
        ({"cells": "other.h5ad"}, True),
        ({"scale": "counts"}, True),
        ({"orientation": "cells-by-genes"}, True),
        ({"layer": "counts"}, True),
        ({"use_raw": "true"}, True),
        ({"group_column": "cell_line"}, True),
        ({"sample_column": "cell_line"}, True),
        ({"exclude_lines": "PC-9"}, True),
    ],
)
def test_rows_share_a_screen_unless_what_it_depends_on_differs(
    write_sheet: Sheet, row: dict[str, str], own: bool
) -> None:
    sheet = write_sheet({}, {"pair": "second", **row}, {"pair": "third"})
    rows = read_sample_sheet(sheet, None, look_for_files=False, screen=True)
    assert name_screens(rows) == {"first": "first", "second": "second" if own else "first", "third": "first"}


def test_a_row_needs_a_drug_unless_there_is_a_screen(world: Path, write_sheet: Sheet) -> None:
    sheet, response = write_sheet({}, {"pair": "alone", **ALONE}), world / "response.parquet"
    with pytest.raises(InputError, match="row 3 column drug: it is empty; name a drug, or give --screen"):
        read_sample_sheet(sheet, None)
    first, alone = read_sample_sheet(sheet, response, screen=True)
    assert (first.drug, alone.drug, alone.group_column) == (DRUG, "", "cell_line")
    with pytest.raises(InputError, match="row 3 column drug: no drug named 'Plantedmub'"):
        read_sample_sheet(write_sheet({}, {"pair": "b", "drug": "Plantedmub"}), response, screen=True)


def test_check_tells_where_every_screen_is(
    world: Path, write_sheet: Sheet, bulk2cell: Callable[..., Any]
) -> None:
    sheet = write_sheet({}, {"pair": "alone", **ALONE}, {"pair": "third"})
    words = ["check", sheet, "--response", world / "response.parquet"]
    ended = bulk2cell(*words, "--screen")
    assert (ended.code, ended.out) == (0, f"first: {DRUG}\nalone: a screen alone\nthird: {DRUG}\n")
    rows = [json.loads(line) for line in bulk2cell(*words, "--screen", "--json").out.splitlines()]
    assert [row["screen"] for row in rows] == ["first", "alone", "first"]
    assert [row.get("drug") for row in rows] == [DRUG, None, DRUG]
    assert bulk2cell(*words).code == 2
    rows = [json.loads(line) for line in bulk2cell("check", write_sheet({}), "--json").out.splitlines()]
    assert "screen" not in rows[0]


@pytest.mark.parametrize("column", ["group_column", "sample_column"])
def test_groups_that_are_not_there_are_found_before_anything_runs(write_sheet: Sheet, column: str) -> None:
    sheet = write_sheet({"pair": "alone", **ALONE, column: "patient"})
    with pytest.raises(InputError, match="no column 'patient' in obs; there are"):
        check(sheet, None, screen=True)


def test_a_run_screens_every_file_of_cells_once_as_the_command_does(
    write_sheet: Sheet, world: Path, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    """Two pairs of the same cells, cells of another file without a drug, and a file that cannot be screened."""
    cells = ad.read_h5ad(world / "cells.h5ad")
    cells.layers["copy"] = cells.X.copy()
    cells[:200].copy().write_h5ad(tmp_path / "half.h5ad")
    sheet = write_sheet(
        {},
        {"pair": "same"},
        {"pair": "alone", **ALONE, "cells": "half.h5ad", "layer": "copy", "exclude_lines": "LINE1;LINE2"},
        {"pair": "broken", **ALONE, "group_column": "patient"},
    )
    files = [word for name in ("bulk", "response") for word in (f"--{name}", world / f"{name}.parquet")]
    (tmp_path / "params.json").write_text(json.dumps(QUICK))
    words = ["run", sheet, *files, "--gene-sets", world / "gene_sets.gmt"]
    words += ["--params", tmp_path / "params.json", "--out", tmp_path / "results"]
    ended = bulk2cell(*words)
    assert ended.code == 1
    assert ended.err.splitlines()[-1].startswith("failed: broken in screen: ")
    results = tmp_path / "results"
    assert set(screens(results)) == {"first/screen", "alone/screen"}
    assert not (results / "alone" / "gene_sets").exists()
    for pair in ("first", "same"):
        read_manifest(results / pair / "gene_sets" / "scores", "scores")

    assert set(pd.read_parquet(results / "report" / "drugs.parquet")["screen"]) == {
        "first/screen",
        "alone/screen",
    }

    own = ["--layer", "copy", "--exclude-lines", "LINE1;LINE2", "--group-column", "cell_line"]
    own += ["--permutations", 200, "--hvg", 60]
    ended = bulk2cell("screen", tmp_path / "half.h5ad", *files, *own, "--out", tmp_path / "own")
    assert ended.code == 0, ended.err
    mine, theirs = (read_manifest(path, "screen") for path in (tmp_path / "own", results / "alone/screen"))
    assert (mine.files, mine.parameters, mine.inputs) == (theirs.files, theirs.parameters, theirs.inputs)

    before = screens(results)
    assert bulk2cell(*words).code == 1
    assert screens(results) == before


def test_a_changed_parameter_of_the_screen_repeats_it(
    write_sheet: Sheet, reference: Reference, tmp_path: Path
) -> None:
    def again(sheet: Path, **values: Any) -> int:
        outcome = run(sheet, reference, make_parameters({**QUICK, **values}, "p"), tmp_path / "results")
        assert outcome.failures == ()
        (inode,) = screens(tmp_path / "results").values()
        return inode

    first = again(write_sheet({}))
    assert again(write_sheet({"label_column": "", "tag": "after"}), threshold=0.4) == first
    longer = again(write_sheet({}), screen_permutations=201)
    assert longer != first
    assert again(write_sheet({"group_column": "cell_line"}), screen_permutations=201) != longer
    table = read_screen(tmp_path / "results" / "first" / "screen").groups
    assert set(table["by"]) == {"cell_line"}


def test_a_sheet_without_drugs_needs_no_gene_sets(
    write_sheet: Sheet, world: Path, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    files = [word for name in ("bulk", "response") for word in (f"--{name}", world / f"{name}.parquet")]
    sheet = write_sheet({"pair": "alone", **ALONE})
    ended = bulk2cell("run", sheet, *files, "--screen", "--out", tmp_path / "results")
    assert ended.code == 0, ended.err
    page = tmp_path / "results" / "report" / "report.html"
    assert ended.out == f"screens alone finished\n{page}\n"
    assert DRUG in page.read_text()


def test_gene_sets_are_for_pairs_and_may_not_take_the_folder_of_the_screen(
    write_sheet: Sheet, reference: Reference, tmp_path: Path
) -> None:
    parameters = make_parameters(QUICK, "p")
    absent = replace(reference, gene_sets=(tmp_path / "reactome",))
    named = replace(reference, gene_sets=(tmp_path / "screen.gmt",))
    with pytest.raises(InputError, match="reactome: no such file"):
        run(write_sheet({}), absent, parameters, tmp_path / "results")
    with pytest.raises(InputError, match="a file named screen would take the folder of the screen"):
        run(write_sheet({}), named, parameters, tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_a_benchmark_screens_nothing() -> None:
    with pytest.raises(ParameterError, match=r"^p: screen: a benchmark compares pairs alone; leave it out"):
        read_settings({"screen": True}, "p")
