import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk2cell.artefacts.spreadsheet import harmless, original, write_csv

RUNS = ["=1+2", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+2", "-1e", "=\n"]


@pytest.mark.parametrize("text", RUNS)
def test_no_formula_runs(text: str, tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"name": ["a", text], "more": [text, "b"]}), tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    assert rows == [["name", "more"], ["a", f"'{text}"], [f"'{text}", "b"]]


@pytest.mark.parametrize(
    "text", ["Cisplatin", "-", "=", "", "'tis", "a=b", "-0.5", "+1e-05", "-inf", "-.5", "NCI-H1975", "5'-FU"]
)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_numbers_stay_numbers_and_missing_values_missing(tmp_path: Path) -> None:
    table = pd.DataFrame({"x": [-1.23456789, None], "n": [-1, 2], "text": [None, "=1"], "yes": [True, False]})
    write_csv(table, tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text() == "x,n,text,yes\n-1.23457,-1,,True\n,2,'=1,False\n"


@given(st.text(alphabet="'=+-@\t\r\n1.e a,\"", max_size=8))
def test_every_text_comes_back(text: str) -> None:
    assert original(harmless(text)) == text
    assert harmless(text) in {text, f"'{text}"}


@given(st.lists(st.text(alphabet="'=+-@\t\r\n1 a,\"", min_size=1, max_size=6), min_size=1, max_size=4))
def test_every_text_comes_back_from_the_file(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "texts.csv"
    write_csv(pd.DataFrame({"text": texts, "last": "x"}), path)
    with path.open(newline="", encoding="utf-8") as stream:
        assert [original(row[0]) for row in csv.reader(stream)] == ["text", *texts]
