"""Drugs of GDSC and others: synonyms, targets and pathways, which come with the package.

`drugs.csv` beside this file was written by hand: generic, brand and code names; molecular targets, each spelt in one way;
GDSC's names of pathways. It has no data of GDSC. It lists all 542 drugs of the mirror's response table, 481 of the 542 with
a target; that of the others, mostly known by a code only, is empty. Approved drugs that the mirror lacks are there, too, so
that drugs of their targets are found. GDSC's own table of compounds is `fetch gdsc_drugs`.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

SEPARATOR = ";"
SALT = re.compile(
    r"[ _-]*(hydrochloride|dihydrochloride|hcl|2hcl|mesylate|methanesulfonate|tosylate|ditosylate|maleate|malate|sulfate|"
    r"phosphate|citrate|sodium|monohydrate|hydrate|dimaleate|tartrate|succinate|fumarate)$",
    re.IGNORECASE,
)


def name_key(name: str) -> str:
    """Return a name's upper-case letters and digits: case and punctuation do not matter."""
    return re.sub(r"[^A-Z0-9]", "", str(name).upper())


@cache
def known_drugs() -> pd.DataFrame:
    """Return columns drug, synonyms (separated by semicolons), target, pathway; text."""
    with files("bulk2cell.gdsc").joinpath("drugs.csv").open(encoding="utf-8") as stream:
        return pd.read_csv(stream, dtype=str, keep_default_na=False)


def names_of_drug(drug: str) -> set[str]:
    """Return the keys of all names of a drug by any of them, with or without its salt; its own if it is not known."""
    keys = {name_key(drug), name_key(SALT.sub("", drug.strip()))}
    rows = [_keys(row) for row in known_drugs().itertuples()]
    return set().union({name_key(SALT.sub("", drug.strip()))}, *(names for names in rows if names & keys))


def same_target(drug: str) -> set[str]:
    """Return the keys of the drugs that share a target with a known drug; none if its target is not known."""
    rows = list(known_drugs().itertuples())
    targets = {target for row in rows if name_key(drug) in _keys(row) for target in _parts(str(row.target))}
    return {name_key(str(row.drug)) for row in rows if targets & set(_parts(str(row.target)))}


def _keys(row: Any) -> set[str]:
    return {name_key(name) for name in (row.drug, *_parts(row.synonyms))}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(SEPARATOR) if part.strip()]
