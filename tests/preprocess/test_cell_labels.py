from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.gdsc.lines import read_table
from bulk2cell.parameters import CellLabels
from bulk2cell.preprocess.cell_labels import read_labels

CELLS = Path("cells.h5ad")


@pytest.fixture
def obs() -> pd.DataFrame:
    return pd.DataFrame(
        {"state": ["parental", "PARENTAL ", "derivative", None], "line": ["a", "b", None, "a"]},
        index=["c1", "c2", "c3", "c4"],
    )


def same(found: "pd.Series[float]", expected: list[float]) -> bool:
    return bool(np.array_equal(found.to_numpy(), np.array(expected), equal_nan=True))


def test_padded_names_of_a_label_table_stay(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("cell,response\n0001,1\n0002,0\n")
    assert read_table(tmp_path / "labels.csv").iloc[:, 0].tolist() == ["0001", "0002"]


def test_labels_and_samples_of_obs(obs: pd.DataFrame) -> None:
    wanted = CellLabels(
        label_column="state", sensitive="Parental", resistant="derivative", sample_column="line"
    )
    labels, _ = read_labels(obs, CELLS, None, wanted)
    assert labels["cell"].tolist() == ["c1", "c2", "c3", "c4"]
    assert same(labels["label"], [1, 1, 0, np.nan])
    assert labels["sample"].isna().tolist() == [False, False, True, False]


@pytest.mark.parametrize(
    "values", [[1, 0, 1, 0], [1.0, 0.0, 1.0, 0.0], [True, False, True, False], ["1", "0", "1", "0"]]
)
def test_common_spellings_are_known(obs: pd.DataFrame, values: list[object]) -> None:
    labels, warnings = read_labels(
        obs.assign(response=values), CELLS, None, CellLabels(label_column="response")
    )
    assert same(labels["label"], [1, 0, 1, 0])
    assert warnings == []


def test_categories_with_missing_values(obs: pd.DataFrame) -> None:
    column = pd.Categorical(["sensitive", None, "resistant", "NA"])
    labels, _ = read_labels(obs.assign(y=column), CELLS, None, CellLabels(label_column="y"))
    assert same(labels["label"], [1, np.nan, 0, np.nan])


def test_no_label_is_given(obs: pd.DataFrame) -> None:
    labels, _ = read_labels(obs, CELLS, None, CellLabels())
    assert labels["label"].isna().all()
    assert labels["sample"].isna().all()


def test_values_of_no_list_are_an_error_unless_the_lists_are_the_users_own(obs: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="derivative, parental is neither"):
        read_labels(obs, CELLS, None, CellLabels(label_column="state"))
    some = obs.assign(state=["parental", "derivative", "holiday", "holiday"])
    own = CellLabels(label_column="state", sensitive="parental", resistant="derivative")
    labels, warnings = read_labels(some, CELLS, None, own)
    assert same(labels["label"], [1, 0, np.nan, np.nan])
    assert len(warnings) == 1


def test_a_table_of_two_columns_needs_no_name(obs: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(",response\nc3,1\nc1,0\nelsewhere,1\n")
    labels, warnings = read_labels(obs, CELLS, tmp_path / "labels.csv", CellLabels(sample_column="line"))
    assert same(labels["label"], [0, np.nan, 1, np.nan])
    assert labels["sample"].tolist()[:2] == ["a", "b"]
    assert warnings == ["1 cells of labels.csv are not among the cells."]


def test_a_table_as_r_writes_it(obs: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text('"line","response"\n"c1","x",1\n"c2","y",0\n')
    labels, _ = read_labels(
        obs, CELLS, tmp_path / "labels.csv", CellLabels(label_column="response", sample_column="line")
    )
    assert same(labels["label"], [1, 0, np.nan, np.nan])
    assert labels["sample"].tolist()[:2] == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cell,response\nc1,1\nc2,1\n", "2 sensitive and 0 resistant"),
        ("cell,response\nc1,1\nc1,0\n", "cell c1 occurs twice"),
        ("cell,response\nx1,1\nx2,0\n", r"none of its cells \(x1, ...\) is among the cells \(c1"),
        ("cell,response,batch\nc1,1,2\n", "columns response, batch; name one"),
        ("cell\nc1\n", "a label table needs"),
        ("", "cannot be read as a table"),
    ],
)
def test_what_is_wrong_with_a_table(obs: pd.DataFrame, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_labels(obs, CELLS, tmp_path / "labels.csv", CellLabels())


def test_a_missing_column_suggests_the_nearest(obs: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="no column states for the cells; --label-column can be state"):
        read_labels(obs, CELLS, None, CellLabels(label_column="states"))


WRITTEN = {
    "semicolon": "cell;response\nc1;1\nc2;0\n",
    "tab in a csv": "cell\tresponse\nc1\t1\nc2\t0\n",
    "spaces around": " cell , response \n c1 , Sensitive \nc2, resistant\n",
    "trailing commas": "cell,response,,\nc1,1,,\nc2,0,,\n",
    "commas at the rows' ends alone": "cell,response\nc1,1,\nc2,0,\n",
    "empty rows": ",\ncell,response\nc1,1\n,\nc2,0\n,\n",
    "floats": "cell,response\nc1,1.0\nc2,0.0\nc3,\n",
    "true and false": "cell,response\nc1,TRUE\nc2,FALSE\n",
    "row numbers": ",cell,response\n1,c1,1\n2,c2,0\n",
    "R's row numbers": '"cell" "response"\n"1" "c1" 1\n"2" "c2" 0\n',
    "R without a column of cells": '"response"\n"c1" 1\n"c2" 0\n',
    "another case": "Cell,Response\nc1,1\nc2,0\n",
    "an empty column first": ",cell,response\n,c1,1\n,c2,0\n",
    "header as a comment": "#cell,response\nc1,Sensitive\nc2,Resistant\n",
    "a comment of as many fields": "# labels, of GSE1\ncell,response\nc1,Sensitive\nc2,Resistant\n",
    "a comment": "# labels\ncell,response\nc1,1\nc2,0\n",
}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("named", ["", "response"])
@pytest.mark.parametrize("how", WRITTEN)
def test_a_table_is_read_however_it_was_written(
    obs: pd.DataFrame, tmp_path: Path, how: str, named: str, encoding: str
) -> None:
    (tmp_path / "labels.csv").write_bytes(WRITTEN[how].encode(encoding))
    labels, warnings = read_labels(obs, CELLS, tmp_path / "labels.csv", CellLabels(label_column=named))
    assert same(labels["label"], [1, 0, np.nan, np.nan])
    assert ["Cells of labels.csv are named by column cell, not by the first."] * (
        "numbers" in how
    ) == warnings


@pytest.mark.parametrize("values", [[1, 0], [1.0, 0.0], [True, False], [" Sensitive", "RESISTANT "]])
def test_a_workbook_of_labels(obs: pd.DataFrame, tmp_path: Path, values: list[object]) -> None:
    pd.DataFrame({"cell": ["c1", "c2"], "response": values}).to_excel(tmp_path / "labels.xlsx", index=False)
    labels, _ = read_labels(obs, CELLS, tmp_path / "labels.xlsx", CellLabels())
    assert same(labels["label"], [1, 0, np.nan, np.nan])


def test_whole_numbers_beside_missing_ones_are_the_users_own(obs: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("cell,Day,PLATE\nc1,7,3\nc2,21,4\nc3,,5\n")
    wanted = CellLabels(label_column="day", sensitive="7", resistant="21.0", sample_column="plate")
    labels, _ = read_labels(obs, CELLS, tmp_path / "labels.csv", wanted)
    assert same(labels["label"], [1, 0, np.nan, np.nan])
    assert labels["sample"].tolist()[:3] == ["3", "4", "5"]
