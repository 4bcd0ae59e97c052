"""The drugs of a response table: numbers of lines per release, synonyms, targets."""

import re
from pathlib import Path

import pandas as pd

from bulk2cell.errors import InputError
from bulk2cell.gdsc.known_drugs import known_drugs, name_key
from bulk2cell.gdsc.lines import line_key, read_response_table
from bulk2cell.tables import read_table

COMPOUND_COLUMNS = ("DRUG_NAME", "SYNONYMS", "TARGET", "TARGET_PATHWAY")


def read_compounds(path: Path) -> pd.DataFrame:
    """Read GDSC's table of compounds.

    Returns
    -------
    pd.DataFrame
        Columns DRUG_NAME, SYNONYMS, TARGET, TARGET_PATHWAY, text, one row per screening site.

    Raises
    ------
    InputError
        If a column is missing.
    """
    table = read_table(path)
    missing = [column for column in COMPOUND_COLUMNS if column not in table]
    if missing:
        raise InputError(f"{path}: no column {', '.join(missing)}; give GDSC's screened compounds")
    return table[list(COMPOUND_COLUMNS)].fillna("").astype(str)


def drugs(response: Path, compounds: Path | None = None, search: str = "") -> pd.DataFrame:
    """List the drugs of a response table.

    Parameters
    ----------
    response
        Response table, see `read_response_table`.
    compounds
        GDSC's table of compounds, for synonyms, targets and pathways; none: those of `known_drugs`.
    search
        Text to be found in a drug's name or synonyms; case and punctuation do not matter.

    Returns
    -------
    pd.DataFrame
        Columns drug, one per release with the number of lines that have a response, synonyms, target, pathway (empty where
        not known), sorted by drug.

    Raises
    ------
    InputError
        If a table is missing, lacks a column, or names no drug.
    """
    table = read_response_table(response)
    keyed = table.dropna(subset=["DRUG_NAME"]).assign(key=lambda rows: rows["DRUG_NAME"].map(name_key))
    if keyed.empty:
        raise InputError(f"{response}: its column DRUG_NAME is empty; give a response table that names drugs")
    keyed["line"] = keyed["CELL_LINE_NAME"].astype(str).map(line_key)
    lines = keyed.pivot_table(index="key", columns="DATASET", values="line", aggfunc="nunique", fill_value=0)
    listed = lines.assign(drug=keyed.groupby("key")["DRUG_NAME"].first())[["drug", *lines.columns]]
    known = _by_key(compounds)
    listed = listed.join(known).fillna(dict.fromkeys(known, ""))
    wanted = [
        name_key(search) in name_key(f"{row['drug']}") or _in_synonyms(search, row["synonyms"])
        for _, row in listed.iterrows()
    ]
    return listed[wanted].sort_values("drug", key=lambda names: names.str.lower()).reset_index(drop=True)


def _by_key(compounds: Path | None) -> pd.DataFrame:
    table = read_compounds(compounds) if compounds else known_drugs().copy()
    table.columns = pd.Index(["drug", "synonyms", "target", "pathway"])
    return table.drop(columns="drug").groupby(table["drug"].map(name_key)).agg(_distinct)


def _distinct(values: "pd.Series[str]") -> str:
    return "; ".join(dict.fromkeys(value.strip() for value in values if value.strip() not in ("", "-")))


def _in_synonyms(search: str, synonyms: str) -> bool:
    return any(name_key(search) in name_key(name) for name in re.split("[,;]", synonyms))
