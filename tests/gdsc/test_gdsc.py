from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.gdsc.lines import (
    find_drug,
    line_key,
    read_response,
    read_response_table,
    read_table,
)


def response_file(path: Path, *rows: tuple[Any, ...]) -> Path:
    columns = ["DATASET", "CELL_LINE_NAME", "DRUG_NAME", "AUC", "LN_IC50"]
    pd.DataFrame([(*row, 1.0) for row in rows], columns=columns).to_parquet(path)
    return path


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (["NCI-H1975", "H1975", "nci_h1975", "NCIH1975"], "H1975"),
        (["PC-9", "PC9", "pc 9"], "PC9"),
        (["BT-474"], "BT474"),
        (["NCI-SNU-1"], "NCISNU1"),
        (["TT", "T-T"], "TT"),
    ],
)
def test_spellings_of_a_line_are_one(names: list[str], key: str) -> None:
    assert {line_key(name) for name in names} == {key}


def test_lines_that_become_one_by_spelling_are_dropped_and_repeats_averaged(tmp_path: Path) -> None:
    path = response_file(
        tmp_path / "r.parquet",
        ("GDSC2", "TT", "Drug", 0.1),
        ("GDSC2", "T-T", "Drug", 0.9),
        ("GDSC2", "KM-H2", "Drug", 0.2),
        ("GDSC2", "KMH-2", "Drug", 0.4),
        ("GDSC2", "NCI-H1", "Drug", 0.5),
        ("GDSC2", "NCI-H1", "Drug", 0.7),
        ("GDSC2", "A-1", "Drug", 0.3),
        ("GDSC2", "B-1", "Drug", float("nan")),
        ("GDSC2", "C-1", "Other", 0.3),
    )
    values, release = read_response(path, "Drug")
    assert values.to_dict() == {"A1": 0.3, "H1": pytest.approx(0.6)}
    assert list(values.index) == sorted(values.index)
    assert release == "GDSC2"


def test_auto_takes_gdsc2_if_the_drug_is_in_it(tmp_path: Path) -> None:
    path = response_file(
        tmp_path / "r.parquet",
        ("GDSC1", "A", "Both", 0.1),
        ("GDSC2", "A", "Both", 0.2),
        ("GDSC1", "A", "Old", 0.3),
    )
    assert read_response(path, "Both")[0].tolist() == [0.2]
    assert read_response(path, "Both", "GDSC1")[0].tolist() == [0.1]
    values, release = read_response(path, "old")
    assert (values.tolist(), release) == ([0.3], "GDSC1")
    with pytest.raises(InputError, match="Old is not in GDSC2, only in GDSC1; choose that release"):
        read_response(path, "Old", "GDSC2")


def test_a_drug_is_found_whatever_its_case_and_punctuation() -> None:
    table = pd.DataFrame({"DRUG_NAME": ["PLX-4720", "Cisplatin", "5-Fluorouracil"]})
    assert find_drug(table, "plx4720", "r") == "PLX-4720"
    assert find_drug(table, "CISPLATIN", "r") == "Cisplatin"
    assert find_drug(table, "5 fluorouracil", "r") == "5-Fluorouracil"
    with pytest.raises(InputError, match=r"r: no drug named 'Cisplatine'; did you mean Cisplatin\?"):
        find_drug(table, "Cisplatine", "r")
    with pytest.raises(InputError, match="see its column DRUG_NAME"):
        find_drug(table, "xyz", "r")


def test_two_spellings_of_one_drug_are_one_drug(tmp_path: Path) -> None:
    path = response_file(
        tmp_path / "r.parquet",
        ("GDSC1", "A", "PFI-3", 0.1),
        ("GDSC2", "A", "PFI3", 0.2),
        ("GDSC1", "A", "Torin 2", 0.3),
        ("GDSC1", "B", "torin2", 0.4),
    )
    for spelling in ("PFI-3", "PFI3"):
        assert read_response(path, spelling)[1] == "GDSC2"
        assert read_response(path, spelling, "GDSC1")[0].tolist() == [0.1]
    assert read_response(path, "Torin 2")[0].to_dict() == {"A": 0.3, "B": 0.4}


def test_a_row_without_a_drug_does_no_harm(tmp_path: Path) -> None:
    path = response_file(tmp_path / "r.parquet", ("GDSC2", "A", "Drug", 0.1), ("GDSC2", "B", None, 0.2))
    assert read_response(path, "drug")[0].tolist() == [0.1]


def test_the_measure_can_be_chosen(tmp_path: Path) -> None:
    path = response_file(tmp_path / "r.parquet", ("GDSC2", "A", "Drug", 0.1))
    assert read_response(path, "Drug", measure="LN_IC50")[0].tolist() == [1.0]
    pd.read_parquet(path).drop(columns="LN_IC50").to_parquet(path)
    with pytest.raises(InputError, match="no column LN_IC50; choose the other measure"):
        read_response(path, "Drug", measure="LN_IC50")


@pytest.mark.parametrize("column", ["CELL_LINE_NAME", "DRUG_NAME"])
def test_a_missing_column_is_named(tmp_path: Path, column: str) -> None:
    path = response_file(tmp_path / "r.parquet", ("GDSC2", "A", "Drug", 0.1))
    pd.read_parquet(path).drop(columns=column).to_parquet(path)
    with pytest.raises(InputError, match=f"no column {column}"):
        read_response_table(path)


def test_a_table_without_any_measure_is_refused(tmp_path: Path) -> None:
    path = response_file(tmp_path / "r.parquet", ("GDSC2", "A", "Drug", 0.1))
    pd.read_parquet(path).drop(columns=["AUC", "LN_IC50"]).to_parquet(path)
    with pytest.raises(InputError, match="no column AUC or LN_IC50"):
        read_response_table(path)


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.tsv", "t.txt", "t.tsv.gz", "t.parquet"])
def test_every_form_of_table_is_read_alike(tmp_path: Path, name: str) -> None:
    table = pd.DataFrame({"A": [1.5, 2.5], "B": [3, 4]}, index=pd.Index(["x", "y"], name="line"))
    if name.endswith("parquet"):
        table.to_parquet(tmp_path / name)
    else:
        table.to_csv(tmp_path / name, sep="," if ".csv" in name else "\t")
    pd.testing.assert_frame_equal(read_table(tmp_path / name, index=True), table)


@pytest.mark.parametrize(
    ("name", "content"), [("t.csv", b""), ("t.parquet", b"no parquet"), ("t.csv.gz", b"\x1f\x8bno gz")]
)
def test_a_table_that_cannot_be_read_is_one_clear_error(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match="cannot be read as a table"):
        read_table(tmp_path / name)
    with pytest.raises(InputError, match="no such file"):
        read_table(tmp_path / f"no_{name}")


@pytest.mark.parametrize(
    ("drug", "published"), [("Cisplatin", 735), ("Paclitaxel", 895), ("PLX-4720", 898), ("Lapatinib", 903)]
)
def test_lines_with_expression_and_response_are_about_as_many_as_published(
    real_data: Path, drug: str, published: int
) -> None:
    """The published table of expression lacks 17 to 29 lines that the one here has."""
    expression = pd.read_parquet(real_data / "gdsc" / "expression_log2rma.parquet", columns=[])
    values, release = read_response(real_data / "gdsc" / "response.parquet", drug)
    lines = {line_key(str(name)) for name in expression.index}
    assert release == "GDSC2"
    assert 0 <= values.index.isin(lines).sum() - published <= 30


def test_the_known_collisions_are_dropped_from_real_data(real_data: Path) -> None:
    path = real_data / "gdsc" / "response.parquet"
    names = set(read_response_table(path)["CELL_LINE_NAME"])
    assert {"TT", "T-T", "KM-H2", "KMH-2"} <= names
    values, _ = read_response(path, "Lapatinib")
    assert not {"TT", "KMH2"} & set(values.index)


@pytest.mark.parametrize("measure", ["AUC", "LN_IC50"])
@pytest.mark.parametrize("value", ["ND", "0,85", "<0.1", "inf", "0.1 0.2", "True", "\u0663,5"])
@pytest.mark.parametrize("suffix", ["csv", "tsv", "csv.gz", "parquet"])
def test_text_where_a_number_belongs_is_told_with_its_place(
    tmp_path: Path, measure: str, value: str, suffix: str
) -> None:
    table = pd.DataFrame(
        {
            "DATASET": "GDSC2",
            "CELL_LINE_NAME": ["A549", "PC-9", "H1975"],
            "DRUG_NAME": "Erlotinib",
            "AUC": ["0.5", "", "0.7"],
            "LN_IC50": ["1", "", "-2"],
        }
    )
    table.loc[1, measure] = value
    path = tmp_path / f"r.{suffix}"
    if suffix == "parquet":
        table.replace("", None).to_parquet(path)
    else:
        table.to_csv(path, sep="\t" if suffix == "tsv" else ",", index=False)
    with pytest.raises(InputError, match=r"row 2 \(PC-9, Erlotinib\), column") as raised:
        read_response_table(path)
    assert f"{path}: " in str(raised.value)
    assert f"column {measure}: {float(value) if value == 'inf' and suffix != 'parquet' else value!r}" in str(
        raised.value
    ).replace("np.float64(inf)", "inf")


def test_numbers_written_as_text_and_gaps_are_read(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "DATASET": ["GDSC2"] * 3,
            "CELL_LINE_NAME": [1, 2, 3],
            "DRUG_NAME": ["5-FU", None, "5-FU"],
            "AUC": ["0.5", None, " 7e-1 "],
        }
    )
    table.to_parquet(tmp_path / "r.parquet")
    found = read_response_table(tmp_path / "r.parquet")
    assert found["AUC"].dtype == float
    assert read_response(tmp_path / "r.parquet", "5fu")[0].to_dict() == {"1": 0.5, "3": 0.7}


@pytest.mark.parametrize("column", ["DATASET", "CELL_LINE_NAME"])
def test_a_row_without_a_line_or_release_is_told(tmp_path: Path, column: str) -> None:
    table = pd.DataFrame({"DATASET": "GDSC2", "CELL_LINE_NAME": ["A", "B"], "DRUG_NAME": "X", "AUC": 0.5})
    table.loc[1, column] = None
    table.to_csv(tmp_path / "r.csv", index=False)
    with pytest.raises(InputError, match=f"row 2 has no {column}"):
        read_response_table(tmp_path / "r.csv")
