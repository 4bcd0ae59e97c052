import re
import string
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.forms import PAIR_NAME
from bulk2cell.parameters import CellInput, CellLabels
from bulk2cell.run.sample_sheet import COLUMNS, OPTIONAL, REQUIRED, read_sample_sheet
from bulk2cell.simulate.synthesise import DRUG

Sheet = Callable[..., Path]


def refused(sheet: Path, world: Path) -> str:
    """Return the one line with which a sheet is refused."""
    with pytest.raises(InputError) as error:
        read_sample_sheet(sheet, world / "response.parquet")
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_whole_row_is_read(world: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cells.csv").touch()
    (tmp_path / "data" / "labels.csv").touch()
    (tmp_path / "sheet.csv").write_text(
        "pair, drug, cells, labels, exclude_lines, tag, scale, orientation, label_column, sensitive, sample_column\n"
        f"p_1.a-b, {DRUG.upper()} , data/cells.csv, data/labels.csv, PC-9; HCC827 ;, before, log, genes-by-cells, "
        'response, "S,sens", line\n'
    )
    (pair,) = read_sample_sheet(tmp_path / "sheet.csv", world / "response.parquet")
    assert (pair.pair, pair.drug, pair.tag) == ("p_1.a-b", DRUG.upper(), "before")
    assert pair.cells == tmp_path / "data" / "cells.csv"
    assert pair.labels == tmp_path / "data" / "labels.csv"
    assert pair.exclude_lines == ("PC-9", "HCC827")
    assert pair.cell_input == CellInput(scale="log", orientation="genes-by-cells")
    assert pair.cell_labels == CellLabels(label_column="response", sensitive="S,sens", sample_column="line")


def test_empty_columns_mean_the_defaults(world: Path, write_sheet: Sheet) -> None:
    sheet = write_sheet({"labels": "", "scale": "", "sensitive": "", "exclude_lines": "", "label_column": ""})
    (pair,) = read_sample_sheet(sheet, world / "response.parquet")
    assert (pair.labels, pair.exclude_lines) == (None, ())
    assert (pair.cell_input, pair.cell_labels) == (CellInput(), CellLabels())


def test_names_that_look_like_numbers_or_missing_stay_text(world: Path, write_sheet: Sheet) -> None:
    pairs = read_sample_sheet(write_sheet({"pair": "007"}, {"pair": "NA"}), world / "response.parquet")
    assert [pair.pair for pair in pairs] == ["007", "NA"]


@pytest.mark.parametrize("column", [*REQUIRED, *OPTIONAL])
def test_no_column_takes_control_characters(world: Path, write_sheet: Sheet, column: str) -> None:
    line = refused(write_sheet({column: "a\x1b[31mb"}), world)
    assert f"row 2 column {column}: " in line
    assert line.isprintable()


def test_an_unknown_column_is_named(world: Path, write_sheet: Sheet) -> None:
    assert "unknown column 'exclude_line'" in refused(write_sheet({"exclude_line": "A"}), world)


@pytest.mark.parametrize("column", ["pair", "drug", "cells"])
def test_a_missing_column_is_named(world: Path, tmp_path: Path, column: str) -> None:
    columns = [name for name in ("pair", "drug", "cells") if name != column]
    (tmp_path / "sheet.csv").write_text(",".join(columns) + "\na,b\n")
    assert f"no column {column!r}" in refused(tmp_path / "sheet.csv", world)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"cells": "none.h5ad"}, "row 3 column cells: no file none.h5ad"),
        ({"cells": ""}, "row 3 column cells: no file (empty)"),
        ({"labels": "none.csv"}, "row 3 column labels: no file none.csv"),
        ({"pair": "first"}, "row 3 column pair: 'first' is there twice"),
        ({"drug": "Plantedmap"}, "row 3 column drug: no drug named 'Plantedmap'; did you mean Plantedmab?"),
        ({"drug": ""}, "row 3 column drug: it is empty; name a drug, or give --screen"),
        ({"scale": "logs"}, "row 3 column scale: 'logs' is not one of auto, counts, log, zscore"),
        ({"orientation": "rows"}, "row 3 column orientation: 'rows' is not one of"),
        ({"pair": "a/b"}, "row 3 column pair: 'a/b' is not a name of letters, digits"),
        ({"pair": "../up"}, "row 3 column pair: '../up' is not a name"),
        ({"pair": ""}, "row 3 column pair: '' is not a name"),
        ({"pair": "a" * 201}, "row 3 column pair: 'aaa"),
        ({"labels": "."}, "row 3 column labels: no file ."),
    ],
)
def test_what_is_wrong_is_told_with_row_and_column(
    world: Path, write_sheet: Sheet, row: dict[str, str], what: str
) -> None:
    sheet = write_sheet({}, {"pair": "second", **row})
    assert refused(sheet, world).startswith(f"{sheet} {what}")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("pair,drug,cells\na,b,c,d\n", " row 2: 4 fields for 3 columns"),
        ("pair,drug,cells\n\na,b\n", " row 3 column cells: no file (empty)"),
        ("pair,drug,cells\n\n,,\np,d\n", " row 4 column cells: no file (empty)"),
        ("pair;drug;cells\na;b;c;d\n", " row 2: 4 fields for 3 columns"),
        ("pair,drug,cells,\na,b,c,d\n", " row 2: a field in a column without a name"),
        ("pair,drug,cells,drug\na,b,c,d\n", ": column 'drug' is there twice"),
        ("pair,drug,cells,cells.1\na,b,c,d\n", ": unknown column 'cells.1'"),
        ("pair,drug,cells\0\na,b,c\n", ": unknown column 'cells\\x00'"),
        ("pair:drug:cells\na:b:c\n", ": unknown column 'pair:drug:cells'"),
        (f"{'p' * 10_000},drug,cells\na,b,c\n", ": unknown column 'ppp"),
        (f"pair,drug,cells\na,b,{'c' * 200_000}\n", ": not a csv table (field larger than field limit"),
        ('pair,drug,cells\n"a"x,b,c\n', ": not a csv table"),
    ],
)
def test_rows_and_columns_that_do_not_fit_are_told(world: Path, tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "sheet.csv").write_text(text)
    told = refused(tmp_path / "sheet.csv", world)
    assert told.startswith(f"{tmp_path / 'sheet.csv'}{what}")
    assert len(told) < 500 + len(str(tmp_path))


@pytest.mark.parametrize("column", [*REQUIRED, *OPTIONAL])
def test_a_nul_is_refused_in_every_column(world: Path, write_sheet: Sheet, column: str) -> None:
    sheet = write_sheet({column: "a\0b"})
    assert refused(sheet, world).startswith(f"{sheet} row 2 column {column}: 'a\\x00b' is not text")


def test_a_label_that_means_both_is_told_with_its_row(world: Path, write_sheet: Sheet) -> None:
    sheet = write_sheet({"sensitive": "S,both", "resistant": "R,Both"})
    assert refused(sheet, world).startswith(f"{sheet} row 2 column sensitive: 'both' is in resistant too")


def test_what_a_spreadsheet_wrote_is_read(world: Path, tmp_path: Path) -> None:
    (tmp_path / "c.csv").touch()
    text = f"pair,drug,cells,tag\r\np,{DRUG},c.csv,'=1+1\r\n,,,\r\n"
    (tmp_path / "sheet.csv").write_bytes(text.encode("utf-8-sig"))
    (pair,) = read_sample_sheet(tmp_path / "sheet.csv", world / "response.parquet")
    assert (pair.pair, pair.tag) == ("p", "=1+1")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "not a csv table"),
        (b"\x89HDF\r\n\x1a\n\xff\x00", "this is HDF5"),
        (b'pair,drug,cells\n"a,b\n', "not a csv table"),
        (b"PK\x03\x04\x14\0\x06\0\xff", "a zip archive"),
        (b"\xd0\xcf\x11\xe0", "an old workbook of Excel (xls); save the table as csv, UTF-8"),
        (b"pair,drug,cells\ncaf\xe9,b,c\n", "save it as csv, UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_refused(world: Path, tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "sheet.csv").write_bytes(content)
    assert what in refused(tmp_path / "sheet.csv", world)


SHEET = pd.DataFrame(
    {
        "pair": ["p1", "p2"],
        "drug": [DRUG, DRUG],
        "cells": "c.csv",
        "label_column": ["y", ""],
        "exclude_lines": "A;B",
    }
)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", "||\n"),
        lambda text: text.replace("\n", "\n||||\n"),
        lambda text: (
            text.replace("pair", "Pair", 1).replace("label_column", "Label column").replace("drug", "DRUG", 1)
        ),
        lambda text: text.replace("|", " | "),
        lambda text: text + "||||\n\n\n",
        lambda text: f"||||\n\n{text}",
        lambda text: f"# our pairs\n{text}",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_sheet_is_read_as_people_have_it(
    world: Path, tmp_path: Path, change: Callable[[str], str], encoding: str, separator: str
) -> None:
    (tmp_path / "c.csv").touch()
    sheet = SHEET.assign(exclude_lines='"A;B"') if separator == ";" else SHEET
    text = change("\n".join("|".join(row) for row in [sheet.columns, *sheet.to_numpy()]) + "\n")
    (tmp_path / "sheet.csv").write_bytes(text.replace("|", separator).encode(encoding))
    pairs = read_sample_sheet(tmp_path / "sheet.csv", world / "response.parquet")
    assert [(pair.pair, pair.drug, pair.cell_labels.label_column) for pair in pairs] == [
        ("p1", DRUG, "y"),
        ("p2", DRUG, ""),
    ]
    assert all(pair.exclude_lines == ("A", "B") for pair in pairs)
    assert pairs[0].texts == SHEET.iloc[0].to_dict()


def test_a_workbook_is_read(world: Path, tmp_path: Path) -> None:
    (tmp_path / "c.csv").touch()
    sheet = SHEET.assign(pair=[7, 8.0], use_raw=[True, False], empty="").rename(columns={"empty": " "})
    with pd.ExcelWriter(tmp_path / "sheet.xlsx") as book:
        sheet.to_excel(book, index=False)
        pd.DataFrame().to_excel(book, sheet_name="Sheet2")
    pairs = read_sample_sheet(tmp_path / "sheet.xlsx", world / "response.parquet")
    assert [(pair.pair, pair.cell_input.use_raw) for pair in pairs] == [("7", True), ("8", False)]
    with pd.ExcelWriter(tmp_path / "two.xlsx") as book:
        sheet.to_excel(book, sheet_name="A", index=False)
        sheet.to_excel(book, sheet_name="B", index=False)
    assert "2 filled sheets (A, B); keep the one" in refused(tmp_path / "two.xlsx", world)


def test_a_missing_or_empty_sheet_is_refused(world: Path, tmp_path: Path) -> None:
    assert "no such sample sheet" in refused(tmp_path / "none.csv", world)
    (tmp_path / "sheet.csv").write_text("pair,drug,cells\n")
    assert "no rows" in refused(tmp_path / "sheet.csv", world)


@pytest.mark.parametrize(
    "character", sorted({*string.printable, "ü"} - {*string.ascii_letters, *string.digits, *"._-\r"})
)
def test_a_pair_has_no_character_that_a_shell_reads(world: Path, write_sheet: Sheet, character: str) -> None:
    assert "row 2 column pair: " in refused(write_sheet({"pair": f"a{character}b"}), world)


@pytest.mark.parametrize("name", ["report", "finished.json", "pipeline_info", "reference"])
def test_a_pair_may_not_take_a_name_of_the_results_folder(world: Path, write_sheet: Sheet, name: str) -> None:
    assert "row 2 column pair" in refused(write_sheet({"pair": name}), world)


def test_every_column_is_explained_once() -> None:
    explained = [*COLUMNS, *(entry.name for group in (CellInput, CellLabels) for entry in fields(group))]
    assert sorted(explained) == sorted({*REQUIRED, *OPTIONAL})
    assert set(REQUIRED) <= set(COLUMNS)


@pytest.mark.parametrize(
    ("name", "good"), [("a.b-c_1", True), ("a b", False), (".a", False), ("a\nb", False)]
)
def test_the_pattern_of_names_holds_for_the_whole_name(name: str, good: bool) -> None:
    assert (re.search(PAIR_NAME.pattern, name) is not None) is good


def test_files_out_of_sight_are_not_looked_for_but_must_be_named(world: Path, write_sheet: Sheet) -> None:
    response = world / "response.parquet"
    sheet = write_sheet({"cells": "far/cells.h5ad", "labels": "far/labels.csv"})
    (pair,) = read_sample_sheet(sheet, response, look_for_files=False)
    assert (pair.cells, pair.labels) == (sheet.parent / "far/cells.h5ad", sheet.parent / "far/labels.csv")
    with pytest.raises(InputError, match=r"row 2 column cells: no file \(empty\)"):
        read_sample_sheet(write_sheet({"cells": ""}), response, look_for_files=False)
