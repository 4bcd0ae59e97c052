"""What is wrong in the parameters or the sample sheet ends the run with one line before any pair starts."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from nextflow_engine import Pipeline


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["--pairs", "article"],
            "--input: give a sample sheet, or --pairs, or --simulate synthetic, and only one",
        ),
        (["--pairs", "x$(touch F)"], "--pairs: 'x$(touch F)' is not a comma-separated list"),
        (["--hgv", "100"], "--hgv: there is no such parameter"),
        (["--shots", "3"], "--shots: 3 in regime B; give at least 1 in regime C, and 0 in all others"),
        (["--screen", "--grid", "article"], "--screen: a grid compares pairs alone; leave out --screen or"),
        (["--screen", "--gene_sets", "screen.gmt"], "--gene_sets: a file named screen would take the folder"),
        (["--gene_sets", "reactom"], "--gene_sets: 'reactom' is neither an existing .gmt file nor one of"),
    ],
)
def test_wrong_parameters_start_nothing(
    pipeline: Pipeline,
    sheet: Callable[..., Path],
    reference_words: list[str],
    tmp_path: Path,
    words: list[str],
    line: str,
) -> None:
    (tmp_path / "screen.gmt").write_text("")
    ended = pipeline(tmp_path, "--input", sheet({}), *reference_words, *words)
    assert ended.code == 1
    assert line in ended.text
    assert "process > " not in ended.text
    assert not list(tmp_path.rglob("F"))


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ([{"lable": "x"}], "pairs.csv: unknown column 'lable'"),
        (
            [{}, {"pair": "b", "drug": "Plantedmub"}],
            "pairs.csv row 3 column drug: no drug named 'Plantedmub'",
        ),
        ([{}, {"pair": "b", "drug": ""}], "pairs.csv row 3 column drug: it is empty; name a drug, or give"),
        ([{}, {"pair": "b", "cells": "none.h5ad"}], "pairs.csv: cells of pair 'b': no file"),
        ([{"pair": "x$(touch F)"}], "column pair: 'x$(touch F)' is not a name of letters, digits, . _ -"),
        ([{"cells": "my $HOME cells.h5ad"}], "my $HOME cells.h5ad' is not a path without $ * ? [ ] { }"),
        ([{"labels": "my $HOME labels.csv"}], "my $HOME labels.csv' is not a path without $ * ? [ ] { }"),
    ],
)
def test_a_wrong_sheet_ends_before_any_pair_starts(
    pipeline: Pipeline,
    sheet: Callable[..., Path],
    reference_words: list[str],
    tmp_path: Path,
    rows: list[Mapping[str, str]],
    line: str,
) -> None:
    ended = pipeline(tmp_path, "--input", sheet(*rows), *reference_words)
    assert ended.code == 1
    assert line in ended.text
    assert "PREPROCESS" not in ended.text


def test_other_version_of_the_package_is_refused(
    pipeline: Pipeline, sheet: Callable[..., Path], reference_words: list[str], tmp_path: Path
) -> None:
    other = tmp_path / "other.config"
    other.write_text("manifest.version = '99.0.0'\n")
    ended = pipeline(tmp_path, "-c", other, "--input", sheet({}), *reference_words)
    assert ended.code == 1
    assert "this pipeline needs 99.0.0" in ended.text
    assert "CHECK" not in ended.text
