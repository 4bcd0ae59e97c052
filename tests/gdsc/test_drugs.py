from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.gdsc.drugs import drugs

Run = Callable[..., Any]


@pytest.fixture
def response(tmp_path: Path) -> Path:
    rows = [
        ("GDSC1", "NCI-H1975", "PLX-4720"),
        ("GDSC1", "H1975", "PLX-4720"),
        ("GDSC1", "A375", "PLX-4720"),
        ("GDSC2", "A375", "PLX4720"),
        ("GDSC2", "A375", "cisplatin"),
    ]
    table = pd.DataFrame(rows, columns=["DATASET", "CELL_LINE_NAME", "DRUG_NAME"]).assign(AUC=0.5)
    table.to_csv(tmp_path / "response.csv", index=False)
    return tmp_path / "response.csv"


@pytest.fixture
def compounds(tmp_path: Path) -> Path:
    """GDSC's layout: a row per drug and screening site."""
    rows = [
        (1, "MGH", "PLX-4720", "PLX4720, PLX 4720", "BRAF", "ERK MAPK signaling"),
        (2, "WTSI", "PLX-4720", "-", "BRAF", "ERK MAPK signaling"),
        (
            3,
            "WTSI",
            "Cisplatin",
            "cis-Diammineplatinum(II) dichloride, Platinol",
            "DNA crosslinker",
            "DNA replication",
        ),
    ]
    columns = ["DRUG_ID", "SCREENING_SITE", "DRUG_NAME", "SYNONYMS", "TARGET", "TARGET_PATHWAY"]
    pd.DataFrame(rows, columns=columns).to_csv(tmp_path / "compounds.csv", index=False)
    return tmp_path / "compounds.csv"


def test_lines_per_release_are_counted_once(response: Path) -> None:
    listed = drugs(response)
    assert listed.to_dict("list") == {
        "drug": ["cisplatin", "PLX-4720"],
        "GDSC1": [0, 2],
        "GDSC2": [1, 1],
        "synonyms": ["CDDP; Platinol; cis-Diammineplatinum(II) dichloride", ""],
        "target": ["DNA crosslinker", "BRAF"],
        "pathway": ["DNA replication", "ERK MAPK signaling"],
    }


def test_search_by_name_and_synonym(response: Path, compounds: Path) -> None:
    assert drugs(response, search="plx 4720")["drug"].tolist() == ["PLX-4720"]
    assert drugs(response, search="platinol")["drug"].tolist() == ["cisplatin"]
    assert drugs(response, search="zelboraf").empty
    (row,) = drugs(response, compounds, "platinol").to_dict("records")
    assert (row["drug"], row["target"], row["pathway"]) == ("cisplatin", "DNA crosslinker", "DNA replication")
    (row,) = drugs(response, compounds, "plx").to_dict("records")
    assert (row["synonyms"], row["target"]) == ("PLX4720, PLX 4720", "BRAF")


def test_another_table_is_no_table_of_compounds(response: Path) -> None:
    with pytest.raises(InputError, match="no column SYNONYMS, TARGET, TARGET_PATHWAY"):
        drugs(response, response)


def test_the_command_prints_a_table(bulk2cell: Run, response: Path) -> None:
    ended = bulk2cell("drugs", response, "--search", "plat")
    assert (ended.code, ended.out) == (
        0,
        "drug\tGDSC1\tGDSC2\tsynonyms\ttarget\tpathway\ncisplatin\t0\t1\tCDDP; Platinol; "
        "cis-Diammineplatinum(II) dichloride\tDNA crosslinker\tDNA replication\n",
    )
    assert (
        bulk2cell("drugs", response, "--search", "nothing").err
        == "no drug with 'nothing' in its name or synonyms\n"
    )


def test_the_real_releases(real_data: Path) -> None:
    listed = drugs(real_data / "gdsc" / "response.parquet").set_index("drug")
    assert len(listed) > 190
    assert listed.loc["Cisplatin", ["GDSC1", "GDSC2"]].tolist() == [941, 759]
    assert drugs(real_data / "gdsc" / "response.parquet", search="jq1")["drug"].tolist() == ["JQ1", "JQ12"]


def test_a_table_that_names_no_drug_is_refused(tmp_path: Path) -> None:
    rows = pd.DataFrame({"DATASET": ["GDSC2"], "CELL_LINE_NAME": ["A375"], "DRUG_NAME": [None], "AUC": [0.5]})
    rows.to_csv(tmp_path / "response.csv", index=False)
    with pytest.raises(
        InputError, match="its column DRUG_NAME is empty; give a response table that names drugs"
    ):
        drugs(tmp_path / "response.csv")
