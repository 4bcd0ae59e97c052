"""The same responses in every layout in which they are published."""

from pathlib import Path

import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.gdsc.lines import find_drug, read_response, read_response_table

FITTED = pd.DataFrame(
    {
        "DATASET": "GDSC1",
        "NLME_RESULT_ID": 342,
        "NLME_CURVE_ID": [15580432, 15580433, 15580434],
        "COSMIC_ID": [905949, 924244, 905949],
        "CELL_LINE_NAME": ["A549", "NCI-H1975", "A549"],
        "SANGER_MODEL_ID": ["SIDM00903", "SIDM00759", "SIDM00903"],
        "TCGA_DESC": ["LUAD", None, "LUAD"],
        "DRUG_ID": [1, 1, 1047],
        "DRUG_NAME": ["Erlotinib", "Erlotinib", 123829],
        "PUTATIVE_TARGET": ["EGFR", "EGFR", None],
        "MIN_CONC": 0.007813,
        "MAX_CONC": 2.0,
        "LN_IC50": [2.5, -1.25, 0.5],
        "AUC": [0.98, 0.61, 0.75],
        "RMSE": 0.02,
        "Z_SCORE": [0.5, -1.5, 0.1],
    }
)
WEBSITE = {
    "DRUG_NAME": "Drug Name",
    "DRUG_ID": "Drug ID",
    "CELL_LINE_NAME": "Cell Line Name",
    "COSMIC_ID": "Cosmic ID",
    "TCGA_DESC": "TCGA Classification",
    "LN_IC50": "IC50",
    "AUC": "AUC",
    "MAX_CONC": "Max Conc",
    "RMSE": "RMSE",
    "Z_SCORE": "Z score",
    "DATASET": "Dataset Version",
}


def website() -> pd.DataFrame:
    return FITTED[list(WEBSITE)].rename(columns=WEBSITE)


LAYOUTS = {
    "fitted": FITTED,
    "website": website(),
    "website of 2016": website().rename(columns={"Cosmic ID": "Cosmic sample Id", "Drug ID": "Drug Id"}),
    "small letters": FITTED.rename(columns=str.lower),
    "spaces": FITTED.rename(columns=lambda name: name.replace("_", " ").title()),
}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "tsv"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_responses(tmp_path: Path, layout: str, ending: str) -> None:
    path = tmp_path / f"response.{ending}"
    if ending == "xlsx":
        LAYOUTS[layout].to_excel(path, index=False)
    else:
        LAYOUTS[layout].to_csv(path, index=False, sep="\t" if ending == "tsv" else ",")
    table = read_response_table(path)
    for measure, values in (("AUC", [0.98, 0.61]), ("LN_IC50", [2.5, -1.25])):
        found, release = read_response(path, "erlotinib", measure=measure)  # type: ignore[arg-type]
        assert (found.to_dict(), release) == (dict(zip(["A549", "H1975"], values, strict=True)), "GDSC1")
    assert table["DRUG_NAME"].tolist() == ["Erlotinib", "Erlotinib", "123829"]
    assert table["DRUG_ID"].tolist() == ["1", "1", "1047"]
    assert table["COSMIC_ID"].tolist() == ["905949", "924244", "905949"]
    assert find_drug(table, "1047", "r") == find_drug(table, "123829", "r") == "123829"


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("mine.csv", "unnamed"),
        ("GDSC2_fitted.csv", "GDSC2"),
    ],
)
def test_without_a_column_of_releases_there_is_one(tmp_path: Path, name: str, release: str) -> None:
    FITTED.drop(columns="DATASET").to_csv(tmp_path / name, index=False)
    assert read_response(tmp_path / name, "Erlotinib")[1] == release
    with pytest.raises(InputError, match=f"only in {release}; choose that release, or auto"):
        read_response(tmp_path / name, "Erlotinib", "GDSC1")


def test_ic50_of_a_table_of_ones_own_is_not_taken_for_its_log(tmp_path: Path) -> None:
    """It may be in micromolar."""
    FITTED[["CELL_LINE_NAME", "DRUG_NAME"]].assign(IC50=[12.1, 0.3, 1.6]).to_csv(tmp_path / "r.csv")
    with pytest.raises(InputError, match="no column AUC or LN_IC50"):
        read_response_table(tmp_path / "r.csv")


def test_a_column_of_the_name_itself_goes_before_another_spelling(tmp_path: Path) -> None:
    table = FITTED.assign(**{"Drug": "a class of drugs", "cell line": "a tissue"})
    table.to_csv(tmp_path / "r.csv", index=False)
    assert read_response(tmp_path / "r.csv", "Erlotinib")[0].index.tolist() == ["A549", "H1975"]
