from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bulk2cell.errors import DownloadError
from bulk2cell.gdsc.lines import read_response
from bulk2cell.gdsc.official import EXPRESSION, convert_gdsc_official

FITTED = [
    "DATASET",
    "NLME_RESULT_ID",
    "COSMIC_ID",
    "CELL_LINE_NAME",
    "DRUG_NAME",
    "LN_IC50",
    "AUC",
    "Z_SCORE",
]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """The published layout, with a repeated array, an unnamed line, a gene without symbol and TT beside T-T."""
    table = pd.DataFrame(
        {
            "GENE_SYMBOLS": ["TSPAN6", "EGFR", None, "EGFR"],
            "GENE_title": ["tetraspanin 6", "receptor", "no symbol", "receptor again"],
            "DATA.906826": [7.5, 4.0, 9.0, 6.0],
            "DATA.687983": [7.0, 3.0, 9.0, 3.5],
            "DATA.687983.1": [1.0, 1.0, 1.0, 1.0],
            "DATA.1": [5.0, 5.0, 5.0, 5.0],
            "DATA.21": [6.0, 6.0, 6.0, 6.0],
            "DATA.22": [6.5, 6.5, 6.5, 6.5],
        }
    )
    table.to_csv(tmp_path / EXPRESSION, sep="\t", index=False)
    lines = {906826: "CAL-120", 687983: "NCI-H460", 21: "TT", 22: "T-T"}
    for release, shift in (("GDSC1", 0.0), ("GDSC2", 0.25)):
        rows = [(release, 1, cosmic, name, "Drug A", 1.0, 0.5 + shift, 0.0) for cosmic, name in lines.items()]
        rows.append((release, 1, 906826, "CAL-120", "Drug A", 3.0, 0.7 + shift, 0.0))
        pd.DataFrame(rows, columns=FITTED).to_excel(tmp_path / f"{release}_fitted.xlsx", index=False)
    return {path.name: path for path in tmp_path.iterdir()}


def test_expression_by_the_lines_own_names(files: dict[str, Path], tmp_path: Path) -> None:
    convert_gdsc_official(files, tmp_path)
    expression = pd.read_parquet(tmp_path / "gdsc_expression.parquet")
    expected = pd.DataFrame(
        {"EGFR": [5.0, 3.25], "TSPAN6": [7.5, 7.0]},
        index=pd.Index(["CAL120", "NCIH460"], name="cell_line"),
        dtype=np.float32,
    )
    pd.testing.assert_frame_equal(expression, expected)


def test_response_of_both_releases_with_repeats_averaged(files: dict[str, Path], tmp_path: Path) -> None:
    convert_gdsc_official(files, tmp_path)
    response = pd.read_parquet(tmp_path / "gdsc_response.parquet")
    assert list(response.columns) == ["DATASET", "CELL_LINE_NAME", "DRUG_NAME", "AUC", "LN_IC50"]
    assert len(response) == 8
    values, release = read_response(tmp_path / "gdsc_response.parquet", "drug-a", "GDSC1", "AUC")
    assert release == "GDSC1"
    assert values.to_dict() == pytest.approx({"CAL120": 0.6, "H460": 0.5})


def test_another_layout_is_refused(files: dict[str, Path], tmp_path: Path) -> None:
    pd.DataFrame({"DATASET": ["GDSC1"]}).to_excel(files["GDSC1_fitted.xlsx"], index=False)
    with pytest.raises(DownloadError, match=r"GDSC1_fitted.xlsx: no table with COSMIC_ID"):
        convert_gdsc_official(files, tmp_path)


def test_no_line_in_common_is_refused(files: dict[str, Path], tmp_path: Path) -> None:
    table = pd.read_csv(files[EXPRESSION], sep="\t")[["GENE_SYMBOLS", "GENE_title", "DATA.1"]]
    table.to_csv(files[EXPRESSION], sep="\t", index=False)
    with pytest.raises(DownloadError, match="no column DATA"):
        convert_gdsc_official(files, tmp_path)
