"""Tables from people: the same values from every way of writing them."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.tables import read_table, read_text_table

TABLE = pd.DataFrame(
    {
        "line": ["007", "A-1", "b c", "NA1"],
        "drug": ["x", "y, z", "", "w"],
        "AUC": [0.5, 0.25, float("nan"), 1.125],
        "n": [1, 2, 3, 4],
    }
)
WRITERS: dict[str, Callable[[pd.DataFrame, Path], object]] = {
    "comma": lambda table, path: table.to_csv(path, index=False),
    "semicolon, decimal comma": lambda table, path: table.to_csv(path, index=False, sep=";", decimal=","),
    "tab in a csv": lambda table, path: table.to_csv(path, index=False, sep="\t"),
    "with a mark": lambda table, path: table.to_csv(path, index=False, encoding="utf-8-sig"),
    "utf-16": lambda table, path: table.to_csv(path, index=False, sep="\t", encoding="utf-16"),
    "gz": lambda table, path: table.to_csv(path, index=False, compression="gzip"),
    "Windows": lambda table, path: table.to_csv(path, index=False, lineterminator="\r\n"),
    "quotes": lambda table, path: table.to_csv(path, index=False, quoting=1),
    "comments": lambda table, path: path.write_text("# GDSC\n\n" + table.to_csv(index=False)),
    "commas at line ends": lambda table, path: path.write_text(
        table.to_csv(index=False).replace("\n", ",,\n")
    ),
    "commas at the rows' ends": lambda table, path: path.write_text(
        table.to_csv(index=False).replace("\n", ",\n").replace(",\n", "\n", 1)
    ),
    "empty rows": lambda table, path: path.write_text(table.to_csv(index=False) + ",,,\n\n,,,\n"),
    "an empty column first": lambda table, path: path.write_text(
        "," + table.to_csv(index=False).replace("\n", "\n,", 4)
    ),
    "spaces": lambda table, path: (
        table.map(lambda value: f" {value} " if isinstance(value, str) else value)
        .rename(columns=" {} ".format)
        .to_csv(path, index=False)
    ),
    "xlsx": lambda table, path: table.to_excel(path.with_suffix(".xlsx"), index=False),
    "xlsx, rows and columns empty": lambda table, path: (
        pd.concat([pd.DataFrame([[None] * 4]), table.T.reset_index().T])
        .assign(more=None)
        .to_excel(path.with_suffix(".xlsx"), index=False, header=False)
    ),
}


@pytest.mark.parametrize("how", WRITERS)
def test_a_table_is_the_same_however_it_was_written(tmp_path: Path, how: str) -> None:
    WRITERS[how](TABLE, tmp_path / "t.csv")
    (path,) = tmp_path.iterdir()
    found = read_table(path)
    assert found["drug"].fillna("").tolist() == TABLE["drug"].tolist()
    pd.testing.assert_frame_equal(
        found.drop(columns="drug"), TABLE.drop(columns="drug"), check_dtype="empty" not in how
    )
    pd.testing.assert_frame_equal(read_table(path, index=True), found.set_index("line"))
    text = read_text_table(path)
    assert text["line"].tolist() == TABLE["line"].tolist()
    assert text["AUC"].str.replace(",", ".").tolist() == ["0.5", "0.25", "", "1.125"]
    assert text["n"].tolist() == ["1", "2", "3", "4"]


def test_the_names_of_rows_that_r_left_unnamed_come_first(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text('"A" "B"\n"r1" 1 2\n"r2" 3 4\n')
    table = read_table(tmp_path / "t.txt", index=True)
    assert table.to_dict("list") == {"A": [1, 3], "B": [2, 4]}
    assert list(table.index) == ["r1", "r2"]


def test_genes_that_are_there_twice_keep_their_names(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("line,TP53,TP53\na,1,2\n")
    assert list(read_table(tmp_path / "t.csv", index=True)) == ["TP53", "TP53"]
    with pytest.raises(InputError, match="column TP53 is there twice; give it once"):
        read_table(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be read as a table"),
        (b"\x1f\x8bno gz", "cannot be read as a table"),
        (b"a,b\n1,2,3\n1,2,3,4\n", "2 names in the first line, 3 fields in row 1"),
        (b"a,b\n1,2\n1,2,3\n", "2 names in the first line, 3 fields in row 2"),
        (b"#\na,b\n" + 30 * b"1,2\n" + b"1,2,3\n", "line 33 has 3 fields, those above have 2"),
        (b"a,,b\n1,2,3\n", "column 2 has values and no name"),
        (b"a,b\ncaf\xe9,1\n", "no UTF-8 .*; save it as UTF-8"),
        (b"PK\x03\x04", "a zip archive"),
        (b"\x89HDF\r\n", "HDF5, not a table of text"),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    for read in (read_table, read_text_table):
        with pytest.raises(InputError, match=message):
            read(tmp_path / "t.csv")
