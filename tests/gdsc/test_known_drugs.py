import re
from pathlib import Path

import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.gdsc import known_drugs as known_drugs_module
from bulk2cell.gdsc.known_drugs import known_drugs, name_key, same_target
from bulk2cell.gdsc.lines import find_drug

DOCUMENT = Path(__file__).parents[2] / "docs" / "input.md"
PATHWAYS = {
    "ABL signaling",
    "Apoptosis regulation",
    "Cell cycle",
    "Chromatin histone acetylation",
    "Chromatin histone methylation",
    "Chromatin other",
    "Cytoskeleton",
    "DNA replication",
    "EGFR signaling",
    "ERK MAPK signaling",
    "Genome integrity",
    "Hormone-related",
    "IGF1R signaling",
    "JNK and p38 signaling",
    "Metabolism",
    "Mitosis",
    "Other",
    "Other, kinases",
    "PI3K/MTOR signaling",
    "Protein stability and degradation",
    "RTK signaling",
    "Unclassified",
    "WNT signaling",
    "p53 pathway",
}

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
            "Bortezomib",
            "Imatinib",
            "Lapatinib",
            "Paclitaxel",
            "Vorinostat",
            "Tanespimycin",
            "CAP-232, TT-232, TLN-232",
            "ascorbate (vitamin C)",
            "GSK-LSD1-2HCl ",
        ],
        "DRUG_ID": [
            1010,
            1919,
            1036,
            1916,
            2210,
            "1073",
            1373,
            1191,
            34,
            1558,
            1080,
            1012,
            1026,
            436,
            2438,
            2154,
        ],
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
        ("Velcade", "Bortezomib"),
        ("Gleevec", "Imatinib"),
        ("STI571", "Imatinib"),
        ("Tykerb", "Lapatinib"),
        ("Taxol", "Paclitaxel"),
        ("SAHA", "Vorinostat"),
        ("17-AAG", "Tanespimycin"),
        ("TT-232", "CAP-232, TT-232, TLN-232"),
        ("Vitamin C", "ascorbate (vitamin C)"),
        ("GSK-LSD1 2HCl", "GSK-LSD1-2HCl "),
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


def parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def test_a_name_stands_for_one_drug_unless_gdsc_has_it_twice() -> None:
    owners: dict[str, set[str]] = {}
    for row in known_drugs().itertuples():
        for name in (str(row.drug), *parts(str(row.synonyms))):
            owners.setdefault(name_key(name), set()).add(str(row.drug))
    twice = {frozenset(drugs) for drugs in owners.values() if len(drugs) > 1}
    assert twice == {
        frozenset({"AZD5363", "Capivasertib"}),
        frozenset({"AZD6094", "Savolitinib"}),
        frozenset({"AZD8931", "Sapitinib"}),
        frozenset({"Afuresertib", "GSK2110183B"}),
        frozenset({"GSK-LSD1", "GSK-LSD1-2HCl"}),
        frozenset({"GSK2830371", "GSK2830371A"}),
        frozenset({"Venetoclax", "Venotoclax"}),
    }
    facts = known_drugs().set_index("drug")[["target", "pathway"]]
    for drugs in twice:
        assert len(facts.loc[sorted(drugs)].drop_duplicates()) == 1, drugs


def test_no_drug_stands_twice_and_no_synonym_repeats_a_name() -> None:
    keys = [
        [name_key(name) for name in (drug, *parts(synonyms))]
        for drug, synonyms in known_drugs()[["drug", "synonyms"]].itertuples(index=False)
    ]
    assert all(all(names) and len(set(names)) == len(names) for names in keys)
    assert len({names[0] for names in keys}) == len(keys)


def test_every_drug_has_a_pathway_by_gdscs_name() -> None:
    assert set(known_drugs()["pathway"]) <= PATHWAYS


def test_a_target_is_spelt_in_one_way() -> None:
    targets = {target for text in known_drugs()["target"] for target in parts(text)}
    assert all(target.count("(") == target.count(")") for target in targets)
    spellings: dict[str, set[str]] = {}
    for target in targets:  # PTK2 (FAK) is neither PTK2 nor FAK elsewhere
        for name in {target, *re.split(r" \(|\)", target)} - {""}:
            spellings.setdefault(name_key(name), set()).add(target)
    assert not [spelt for spelt in spellings.values() if len(spelt) > 1]
    members = [re.fullmatch(r"(.*?\D)(C?\d+|[A-Z]|alpha|beta|gamma|delta)", target) for target in targets]
    assert not targets & {member[1] for member in members if member}  # no VEGFR beside VEGFR2


@pytest.mark.parametrize(
    ("drug", "alike", "different"),
    [
        ("Vemurafenib", {"DABRAFENIB", "PLX4720", "SORAFENIB"}, {"TRAMETINIB", "GEFITINIB"}),
        ("Velcade", {"BORTEZOMIB", "MG132"}, {"TANESPIMYCIN"}),
        ("Herceptin", {"TRASTUZUMAB", "LAPATINIB"}, {"ERLOTINIB"}),
    ],
)
def test_drugs_are_alike_by_a_target(drug: str, alike: set[str], different: set[str]) -> None:
    assert alike <= same_target(drug)
    assert not different & same_target(drug)


def test_drugs_without_a_target_are_like_no_other() -> None:
    without = known_drugs().query("target == ''")["drug"]
    assert {"Acetalax", "123138", "BEN"} <= set(without)
    assert not any(same_target(drug) for drug in [*without, "no drug"])


def test_all_drugs_of_the_mirror_are_listed_and_the_documents_count_their_targets(real_data: Path) -> None:
    response = pd.read_parquet(real_data / "gdsc" / "response.parquet", columns=["DRUG_NAME"])
    names = response["DRUG_NAME"].unique()
    targets = known_drugs().set_index(known_drugs()["drug"].map(name_key))["target"]
    assert {name_key(name) for name in names} <= set(targets.index)
    with_target = sum(targets[name_key(name)] != "" for name in names)
    for text in (known_drugs_module.__doc__, DOCUMENT.read_text(encoding="utf-8")):
        assert f"{with_target} of the {len(names)} with a target" in re.sub(r"\s+", " ", str(text))
