"""Values made to be run by a shell, through every parameter and every column: refused, or only text."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import anndata as ad
import pandas as pd
import pytest
from nextflow_engine import REPOSITORY, TINY, Pipeline, environment

from bulk2cell.artefacts.screen import read_screen
from bulk2cell.artefacts.spreadsheet import write_csv
from bulk2cell.pipeline.schema import make_schema

# Whatever of these a shell runs leaves a file F.
HOSTILE = [
    "x$(touch F)",
    "x`touch F`",
    "x;touch F",
    "x|touch F",
    "x&touch F",
    "x>F",
    "x';touch F;'",
    'x";touch F;"',
    "x\ntouch F\n",
    "x\rtouch F",
    "x\x1b]0;F\x07",
    "$HOME",
    "${HOME}",
    "*",
    "[a-z]?",
    "x #",
    "x \\",
    "ü é",
]
TEXT = 'it\'s `touch F` "touch F" $(touch F) ;touch F |touch F &touch F >F ü é x ${HOME} * [a-z]? ~ # ! \\'
FILE = '-it\'s `touch F` "touch F" (touch F) ;touch F |touch F &touch F >F ü é x ~ # ! \\'
NO_NUMBERS = ["1e99999999999", "9" * 30, "NaN", "0x10", ".5", "1,5", "٣", "null"]
AMOUNTS = {
    "max_memory": (["64.GB", "1.5 GB", "512MB", "9 TB"], ["1.5.GB", "64.B", "64", "0.GB", "-1.GB"]),
    "max_time": (["24.h", "90 min", "2.days", "1d 2h"], ["1.5.h", "24", "0.h", "-1.h", "1 year"]),
}
NUMBER_RULES = {
    name: rule
    for group in make_schema()["$defs"].values()
    for name, rule in group.get("properties", {}).items()
    if "minimum" in rule
}
BOUNDS = sorted({str(rule[bound]) for rule in NUMBER_RULES.values() for bound in ("minimum", "maximum")})
VALUES = [
    *HOSTILE,
    *NO_NUMBERS,
    *BOUNDS,
    *(x for good_bad in AMOUNTS.values() for part in good_bad for x in part),
]
UNICODE = {"LC_ALL": "C.UTF-8"}


@pytest.fixture(scope="module")
def said(engine: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str | None]]:
    """What the pipeline's own check says of every value, by parameter; None: nothing wrong."""
    folder = tmp_path_factory.mktemp("said")
    (folder / "values.json").write_text(json.dumps(VALUES))
    for name in HOSTILE:
        (folder / name).write_text("")
    command = [engine, "run", REPOSITORY / "tests/nextflow/find_faults.nf", "--values", "values.json"]
    ended = subprocess.run(
        command, cwd=folder, env={**environment(), **UNICODE}, stdout=subprocess.PIPE, text=True, check=True
    )
    assert not list(folder.rglob("F"))
    answer: dict[str, dict[str, str | None]] = json.loads(ended.stdout.splitlines()[-1])
    return answer


def test_every_parameter_admits_only_what_the_run_below_gives_it(
    said: dict[str, dict[str, str | None]],
) -> None:
    admitted = {name: [value for value in HOSTILE if not of_value[value]] for name, of_value in said.items()}
    files = {"input", "bulk", "response", "gene_sets", "gene_ids", "grid"}
    assert {name for name, values in admitted.items() if values} == {"outdir", *files}
    for name in ("outdir", *files):
        given = TEXT if name == "outdir" else FILE
        assert set("".join(admitted[name])) <= set(given), name


def test_all_that_is_said_is_one_line_without_orders_to_the_terminal(
    said: dict[str, dict[str, str | None]],
) -> None:
    lines = [line for of_one in said.values() for line in of_one.values() if line]
    assert all(line.isprintable() for line in lines)


def test_numbers_are_admitted_from_their_minimum_to_their_maximum(
    said: dict[str, dict[str, str | None]],
) -> None:
    for name, rule in NUMBER_RULES.items():
        admitted = {value for value in NO_NUMBERS + BOUNDS if not said[name][value]}
        within = {value for value in BOUNDS if rule["minimum"] <= float(value) <= rule["maximum"]}
        assert admitted == {
            value for value in within if rule["type"] == "number" or value.removeprefix("-").isdigit()
        }, name


@pytest.mark.parametrize("name", AMOUNTS)
def test_amounts_are_admitted_as_the_engine_reads_them(
    said: dict[str, dict[str, str | None]], name: str
) -> None:
    good, bad = AMOUNTS[name]
    assert [value for value in good + bad if not said[name][value]] == good


def test_hostile_texts_and_files_give_the_results_of_plain_ones(
    pipeline: Pipeline, world: Path, tmp_path: Path
) -> None:
    """One run: every text of the sheet, every file and the folders are hostile, beside a pair that is plain.

    The sheet is written for spreadsheets: what begins with = or - has an apostrophe before it, and lines end with CRLF.
    """
    folder = tmp_path / FILE
    folder.mkdir()
    cells = ad.read_h5ad(world / "cells.h5ad")
    cells.obs[TEXT] = cells.obs["label"].map({"sensitive": TEXT, "resistant": "no"})
    cells.obs["sample" + TEXT] = cells.obs["group" + TEXT] = cells.obs["cell_line"]
    for name in ("plain.h5ad", f"{FILE}.h5ad"):
        cells.write_h5ad(folder / name)
    cells.obs[[TEXT]].to_csv(folder / f"{FILE}.csv")
    for name in ("bulk.parquet", "response.parquet", "gene_sets.gmt"):
        (folder / f"{FILE}{Path(name).suffix if name == 'gene_sets.gmt' else name}").symlink_to(world / name)
    (folder / f"{FILE}ids.csv").write_text("identifier,symbol\nENSG1,TP53\n")
    plain = {"pair": "plain", "drug": "Plantedmab", "cells": "plain.h5ad", "label_column": "label"}
    plain |= {"group_column": "cell_line"}
    texts = {
        "pair": "hostile",
        "drug": "Planted'`;$()|&>* mab",
        "cells": f"{FILE}.h5ad",
        "labels": f"{FILE}.csv",
        "exclude_lines": TEXT.replace(";", ""),
        "tag": f"={TEXT}",
        "label_column": TEXT,
        "sensitive": TEXT.replace(",", ""),
        "resistant": "no",
        "sample_column": "sample" + TEXT,
        "group_column": "group" + TEXT,
    }
    write_csv(pd.DataFrame([plain, texts]), folder / f"{FILE}pairs.csv")
    given = {
        **TINY,
        "input": f"{folder.name}/{FILE}pairs.csv",
        "bulk": f"{folder.name}/{FILE}bulk.parquet",
        "response": f"{folder.name}/{FILE}response.parquet",
        "gene_sets": f"{folder.name}/{FILE}.gmt",
        "gene_ids": f"{folder.name}/{FILE}ids.csv",
        "skip_attribution": True,
        "skip_controls": True,
        "screen": True,
        "screen_permutations": 200,
        "bootstraps": 10,
    }
    (tmp_path / "params.json").write_text(json.dumps(given))
    ended = pipeline(tmp_path, "-params-file", "params.json", outdir=f"{TEXT} results", env=UNICODE)
    assert ended.code == 0, ended.text
    assert not list(tmp_path.rglob("F"))
    results = tmp_path / f"{TEXT} results"
    predictions = "ridge_pathways/seed_1/predictions/predictions.parquet"
    pd.testing.assert_frame_equal(
        *(pd.read_parquet(results / pair / FILE / predictions) for pair in ("plain", "hostile"))
    )
    plain_groups, groups = (read_screen(results / pair / "screen").groups for pair in ("plain", "hostile"))
    assert set(groups["by"]) == {"group" + TEXT, "sample" + TEXT}
    pd.testing.assert_frame_equal(
        plain_groups.drop(columns="by"), groups[groups["by"] == "group" + TEXT].drop(columns="by")
    )
    reported = pd.read_parquet(results / "report" / "drugs.parquet")["screen"]
    assert set(reported) == {"plain/screen", "hostile/screen"}
    study = json.loads((results / "hostile" / FILE / "study/study.json").read_text())
    assert study["content"]["tag"] == f"={TEXT}"
    assert (results / "hostile" / FILE / "scores/scores.parquet").is_file()


def test_grid_of_a_hostile_name_is_read(
    pipeline: Pipeline, sheet: Callable[..., Path], world: Path, tmp_path: Path
) -> None:
    (tmp_path / f"{FILE}.yaml").write_text("dropout: [0.1]\n")
    files = {name: world / f"{name}.parquet" for name in ("bulk", "response")}
    words = {"input": sheet({"label_column": "label"}), **files, "gene_sets": world / "gene_sets.gmt"}
    given = {name: str(value) for name, value in words.items()} | {"grid": f"./{FILE}.yaml"}
    (tmp_path / "params.json").write_text(json.dumps(given))
    ended = pipeline(tmp_path, "-stub-run", "-params-file", "params.json", env=UNICODE)
    assert ended.code == 0, ended.text
    assert "BENCHMARK" in ended.tasks("COMPLETED")
    assert not list(tmp_path.rglob("F"))
