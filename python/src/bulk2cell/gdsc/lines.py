"""Cell lines: their names and dose response."""

import difflib
import re
from pathlib import Path
from typing import Any

import pandas as pd

from bulk2cell.errors import InputError
from bulk2cell.gdsc.columns import IDS, MEASURES, RESPONSE_COLUMNS, name_columns
from bulk2cell.gdsc.known_drugs import name_key, names_of_drug, same_target
from bulk2cell.parameters import Measure, Release
from bulk2cell.progress import say
from bulk2cell.tables import as_text, is_workbook, numbers, read_table

OF_NCI = re.compile(r"NCIH\d")
LARGE_WORKBOOK = 2**22  # bytes; GDSC's have 12 to 28 million, and take a minute and more


def line_key(name: str) -> str:
    """Return the spelling under which a cell line's names are joined: NCI-H1975, H1975 and nci_h1975 are one."""
    key = name_key(name)
    return key[3:] if OF_NCI.match(key) else key


def read_response_table(path: Path) -> pd.DataFrame:
    """Read a dose-response table: line, drug, and AUC or LN_IC50 or both; release and ids where they are there.

    It is GDSC's fitted dose response, the download of GDSC's website, or one's own of the columns CELL_LINE_NAME, DRUG_NAME
    and AUC or LN_IC50, see `gdsc.columns`. Names and ids are text, measures are numbers or NaN.

    Raises
    ------
    InputError
        If a column is missing, a row names no line or release, or a measure is not a number.
    """
    if is_workbook(path) and path.stat().st_size > LARGE_WORKBOOK:
        say(f"reading {path.name}, this takes a minute or two")
    table = name_columns(read_table(path), path)
    missing = [column for column in RESPONSE_COLUMNS if column not in table]
    if missing or not set(MEASURES) & set(table.columns):
        raise InputError(
            f"{path}: no column {', '.join(missing) or 'AUC or LN_IC50'}; a response table has CELL_LINE_NAME, DRUG_NAME, "
            "AUC or LN_IC50, and DATASET if it holds several releases"
        )
    for name in (*RESPONSE_COLUMNS, *IDS):
        if name in table and pd.api.types.infer_dtype(table[name], skipna=True) != "string":
            table[name] = table[name].astype(object).map(as_text, na_action="ignore")
    for name in ("DATASET", "CELL_LINE_NAME"):
        if table[name].isna().any():
            row = int(table[name].isna().to_numpy().argmax()) + 1
            raise InputError(f"{path}: row {row} has no {name}; fill it in, or leave the row out")
    for name in MEASURES:
        if name in table:
            table[name] = numbers(
                table[name],
                lambda row: (
                    f"row {row + 1} ({table['CELL_LINE_NAME'].iloc[row]}, {table['DRUG_NAME'].iloc[row]})"
                ),
                path,
            )
    return table


def find_drug(table: pd.DataFrame, drug: str, source: str) -> str:
    """Return the table's own spelling of a drug's name.

    Parameters
    ----------
    table
        See `read_response_table`.
    drug
        Its name there, in any case and punctuation; its DRUG_ID, if the table has one; or a synonym in `known_drugs`.
    source
        Where the drug is named, for the message.

    Raises
    ------
    InputError
        If the drug is not in the table, or under several names; the nearest names are suggested.
    """
    names = {name_key(name): str(name) for name in table["DRUG_NAME"].dropna().unique()}
    if name_key(drug) in names:
        return names[name_key(drug)]
    by_id = _names_by_id(table, drug)
    found = by_id or sorted(names[key] for key in names_of_drug(drug) & set(names))
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            f"{source}: {drug!r} is in the table as {' and as '.join(found)}; give one of these names"
        )
    near = difflib.get_close_matches(name_key(drug), list(names), n=3, cutoff=0.5)
    alike = sorted(names[key] for key in same_target(drug) & set(names))
    hint = f"did you mean {' or '.join(names[key] for key in near)}?" if near else "see its column DRUG_NAME"
    hint = f"drugs of its target that are there: {', '.join(alike[:5])}" if alike else hint
    raise InputError(f"{source}: no drug named {drug!r}; {hint}")


def _names_by_id(table: pd.DataFrame, drug: str) -> list[str]:
    """Return the names of the drug with this DRUG_ID."""
    if "DRUG_ID" not in table or not drug.strip().isdigit():
        return []
    ids = pd.to_numeric(table["DRUG_ID"], errors="coerce")
    return sorted(set(map(str, table.loc[ids == int(drug), "DRUG_NAME"].dropna())))


def read_response(
    path: Path, drug: str, release: Release = "auto", measure: Measure = "AUC"
) -> tuple["pd.Series[Any]", str]:
    """Read one drug's response per cell line, see `read_response_table` and `take_response`."""
    return take_response(read_response_table(path), drug, release, measure, str(path))


def take_response(
    table: pd.DataFrame, drug: str, release: Release, measure: Measure, source: str
) -> tuple["pd.Series[Any]", str]:
    """Take one drug's response per cell line.

    Names that become one under `line_key` though they are different lines (TT and T-T, KM-H2 and KMH-2) are
    dropped; repeats of one line are averaged.

    Parameters
    ----------
    table
        Response table, see `read_response_table`.
    drug
        Drug name, any case and punctuation.
    release
        GDSC1 or GDSC2; auto takes GDSC2 if the drug is in it, or else the last by name.
    measure
        AUC (0 to 1) or LN_IC50 (log of micromolar); low means sensitive.
    source
        Where the table is from, for the message.

    Returns
    -------
    pd.Series
        Response by `line_key`, sorted by key.
    str
        The release taken.

    Raises
    ------
    InputError
        If the drug, the release or the measure is not in the table.
    """
    if measure not in table:
        raise InputError(f"{source}: no column {measure}; choose the other measure")
    key = name_key(find_drug(table, drug, source))
    spellings = [name for name in table["DRUG_NAME"].dropna().unique() if name_key(name) == key]
    rows = table[table["DRUG_NAME"].isin(spellings)]
    releases = sorted(rows["DATASET"].unique())
    chosen = releases[-1] if release == "auto" else release
    if chosen not in releases:
        raise InputError(
            f"{source}: {drug} is not in {chosen}, only in {', '.join(releases)}; choose that release, or auto"
        )
    rows = rows[rows["DATASET"] == chosen].dropna(subset=[measure])
    keys = rows["CELL_LINE_NAME"].astype(str).map(line_key)
    names_per_key = rows.groupby(keys)["CELL_LINE_NAME"].transform("nunique")
    return rows[names_per_key == 1].groupby(keys)[measure].mean().sort_index().rename_axis("cell_line"), str(
        chosen
    )
