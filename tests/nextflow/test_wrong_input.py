"""What is wrong in the sample sheet or the parameters ends the run with one line before any pair starts."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from nextflow_engine import Pipeline


@pytest.mark.parametrize(
    ("rows", "words", "line"),
    [
        ([{"lable": "x"}], [], "pairs.csv: unknown column 'lable'"),
        ([{}, {"pair": "second", "cells": "none.h5ad"}], [], "pairs.csv row 3 column cells: no file"),
        ([{}, {}], [], "pairs.csv row 3 column pair: 'good' is there twice"),
        (
            [{}],
            ["--pairs", "article"],
            "--input: give a sample sheet, or --pairs, or --simulate synthetic, and only one",
        ),
        ([{}], ["--pairs", "x$(touch F)"], "--pairs: 'x$(touch F)' is not a comma-separated list"),
        ([{"cells": "my $HOME cells.h5ad"}], [], "my $HOME cells.h5ad' is not a path without $ * ? [ ] { }"),
        ([{"tag": 'say "x"'}], [], "pairs.csv: a cell holds a double quote or a line break"),
        ([{"tag": "two\nlines"}], [], "pairs.csv: a cell holds a double quote or a line break"),
        ([{}], ["--hgv", "100"], "--hgv: there is no such parameter"),
        ([{}], ["--shots", "3"], "--shots: 3 in regime B; give at least 1 in regime C, and 0 in all others"),
        ([{}], ["--gene_sets", "reactom"], "--gene_sets: 'reactom' is no .gmt file that is there"),
    ],
)
def test_nothing_starts(
    pipeline: Pipeline,
    sheet: Callable[..., Path],
    reference_words: list[str],
    tmp_path: Path,
    rows: list[Mapping[str, str]],
    words: list[str],
    line: str,
) -> None:
    ended = pipeline(tmp_path, "--input", sheet(*rows), *reference_words, *words)
    assert ended.code == 1
    assert line in ended.text
    assert ended.trace.empty
    assert not list(tmp_path.rglob("F"))


def test_unknown_drug_is_found_before_any_pair_starts(
    pipeline: Pipeline, sheet: Callable[..., Path], reference_words: list[str], tmp_path: Path
) -> None:
    ended = pipeline(
        tmp_path, "--input", sheet({}, {"pair": "second", "drug": "Plantedmub"}), *reference_words
    )
    assert ended.code == 1
    assert "pairs.csv row 3 column drug: no drug named 'Plantedmub'" in ended.text
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
