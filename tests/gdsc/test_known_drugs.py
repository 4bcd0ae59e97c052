import re

import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.gdsc.known_drugs import known_drugs, name_key
from bulk2cell.gdsc.lines import find_drug

RESPONSE = pd.DataFrame(
    {
        "DRUG_NAME": [
            "Gefitinib",
            "Osimertinib",
            "PLX-4720",
            "AZD5363",
            "Capivasertib",
            "5-Fluorouracil",
            "Dabrafenib",
        ],
        "DRUG_ID": [1010, 1919, 1036, 1916, 2210, "1073", 1373],
    }
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("gefitinib", "Gefitinib"),
        ("Iressa", "Gefitinib"),
        ("ZD-1839", "Gefitinib"),
        ("Gefitinib hydrochloride", "Gefitinib"),
        ("azd9291", "Osimertinib"),
        ("Tagrisso", "Osimertinib"),
        ("5-FU", "5-Fluorouracil"),
        ("1919", "Osimertinib"),
        ("1073", "5-Fluorouracil"),
        ("PLX4720", "PLX-4720"),
        ("AZD-5363", "AZD5363"),
        ("capivasertib", "Capivasertib"),
    ],
)
def test_a_drug_is_found_by_any_of_its_names_and_its_number(asked: str, found: str) -> None:
    assert find_drug(RESPONSE, asked, "sheet") == found


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("Truqap", "'Truqap' is in the table as AZD5363 and as Capivasertib; give one of these names"),
        (
            "vemurafenib",
            "no drug named 'vemurafenib'; drugs of its target that are there: Dabrafenib, PLX-4720",
        ),
        ("Gefitinob", "no drug named 'Gefitinob'; did you mean Gefitinib"),
        ("9999", "no drug named '9999'"),
    ],
)
def test_what_is_not_there_or_there_twice_is_one_line(asked: str, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        find_drug(RESPONSE, asked, "sheet")


def test_a_table_without_numbers_takes_none() -> None:
    with pytest.raises(InputError, match="no drug named '1010'"):
        find_drug(RESPONSE[["DRUG_NAME"]], "1010", "sheet")


def test_a_name_stands_for_one_drug_unless_gdsc_has_it_twice() -> None:
    owners: dict[str, set[str]] = {}
    for row in known_drugs().itertuples():
        for name in (row.drug, *str(row.synonyms).split(";")):
            if name_key(str(name)):
                owners.setdefault(name_key(str(name)), set()).add(str(row.drug))
    twice = {frozenset(drugs) for drugs in owners.values() if len(drugs) > 1}
    assert twice == {
        frozenset({"AZD5363", "Capivasertib"}),
        frozenset({"AZD6094", "Savolitinib"}),
        frozenset({"AZD8931", "Sapitinib"}),
    }
    assert known_drugs().loc[:, ["drug", "target", "pathway"]].ne("").all(axis=None)
