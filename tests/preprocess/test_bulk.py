from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.preprocess.bulk import load_bulk


def write(path: Path, values: list[list[float]], lines: list[str], genes: list[str]) -> Path:
    pd.DataFrame(values, index=pd.Index(lines, name="line"), columns=genes).to_csv(path)
    return path


def test_log2_becomes_natural_log_sorted_by_line_and_gene(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", [[4, 8], [2, 6]], ["PC-9", "A549"], ["TP53", "EGFR"])
    expression = load_bulk(path, None).expression
    assert list(expression.obs_names) == ["A549", "PC9"]
    assert list(expression.var_names) == ["EGFR", "TP53"]
    assert pytest.approx(np.log(2) * np.array([[6, 2], [8, 4]])) == expression.X


def test_different_lines_under_one_key_are_dropped(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", [[4, 8], [2, 6], [3, 3]], ["T-T", "TT", "A549"], ["TP53", "EGFR"])
    assert list(load_bulk(path, None).expression.obs_names) == ["A549"]


@pytest.mark.parametrize("gene_ids", [None, pd.DataFrame({"identifier": ["p53"], "symbol": ["TP53"]})])
def test_old_symbols_are_updated(tmp_path: Path, gene_ids: pd.DataFrame | None) -> None:
    path = write(tmp_path / "b.csv", [[4, 8]], ["A549"], ["p53", "EGFR"])
    assert list(load_bulk(path, gene_ids).expression.var_names) == ["EGFR", "TP53"]


def test_an_old_name_beside_the_current_one_is_another_gene(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", [[8, 4, 1]], ["A549"], ["p53", "TP53", "EGFR"])
    expression = load_bulk(path, None).expression
    assert list(expression.var_names) == ["EGFR", "TP53", "p53"]
    assert expression.X[0, 1] == pytest.approx(4 * np.log(2))


def test_of_ids_of_one_gene_the_higher_stays(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", [[4, 8, 1]], ["A549"], ["7157", "ENSG00000141510.18", "1956"])
    expression = load_bulk(path, None).expression
    assert list(expression.var_names) == ["EGFR", "TP53"]
    assert expression.X[0, 1] == pytest.approx(8 * np.log(2))


@pytest.mark.parametrize(
    ("value", "message"),
    [(np.nan, "A549, gene EGFR: nan"), (-2.0, "-2 is negative"), (4000.0, "4000 is too large for log2")],
)
def test_values_that_are_no_log2_are_named(tmp_path: Path, value: float, message: str) -> None:
    path = write(tmp_path / "b.csv", [[4, value], [2, 6]], ["A549", "PC9"], ["TP53", "EGFR"])
    with pytest.raises(InputError, match=message):
        load_bulk(path, None)


@pytest.mark.parametrize("value", ["ND", "0,85", "<0.1"])
def test_text_among_the_values_is_named(tmp_path: Path, value: str) -> None:
    table = pd.DataFrame({"TP53": ["1", "2"], "EGFR": ["3", value]}, index=["A549", "PC-9"])
    table.to_csv(tmp_path / "b.csv")
    with pytest.raises(InputError, match=f"PC-9, column EGFR: '{value}' is not a number"):
        load_bulk(tmp_path / "b.csv", None)


def test_a_gene_whose_values_are_all_text_is_no_annotation(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("line,TP53,EGFR\nA549,4,high\n")
    with pytest.raises(InputError, match=r"A549, column EGFR: .high. is not a number"):
        load_bulk(tmp_path / "b.csv", None)


@pytest.mark.parametrize(
    ("values", "what"),
    [([[0, 1520], [3, 7]], "look like raw counts"), ([[0.5, 310.2], [3, 7]], "look like TPM")],
)
def test_values_that_are_not_logged_are_told_by_their_kind(
    tmp_path: Path, values: list[list[float]], what: str
) -> None:
    path = write(tmp_path / "b.csv", values, ["A549", "PC9"], ["TP53", "EGFR"])
    with pytest.raises(InputError, match=rf"{what}.*; give log2\(x \+ 1\)"):
        load_bulk(path, None)
