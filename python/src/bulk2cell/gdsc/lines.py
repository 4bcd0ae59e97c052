"""Cell lines: their names, expression and dose response, as `bulk2cell fetch` writes them."""

import difflib
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bulk2cell.errors import InputError
from bulk2cell.gdsc.known_drugs import name_key, names_of_drug, same_target
from bulk2cell.parameters import Measure, Release
from bulk2cell.tables import numbers, read_table

RESPONSE_COLUMNS = ("DATASET", "CELL_LINE_NAME", "DRUG_NAME")
MEASURES = ("AUC", "LN_IC50")


def line_key(name: str) -> str:
    """Return the spelling under which a cell line's names are joined: NCI-H1975, H1975 and nci_h1975 are one."""
    return re.sub(r"^NCI(?=H\d)", "", name_key(name))


def read_response_table(path: Path) -> pd.DataFrame:
    """Read a dose-response table: columns DATASET, CELL_LINE_NAME, DRUG_NAME, and AUC or LN_IC50 or both.

    Names are text, measures are numbers or NaN.

    Raises
    ------
    InputError
        If a column is missing, a row names no line or release, or a measure is not a number.
    """
    table = read_table(path)
    missing = [column for column in RESPONSE_COLUMNS if column not in table]
    if missing or not set(MEASURES) & set(table.columns):
        raise InputError(
            f"{path}: no column {', '.join(missing) or 'AUC or LN_IC50'}; a response table has DATASET, "
            "CELL_LINE_NAME, DRUG_NAME and AUC or LN_IC50"
        )
    for name in RESPONSE_COLUMNS:
        if pd.api.types.infer_dtype(table[name], skipna=True) != "string":
            table[name] = table[name].astype(object).map(str, na_action="ignore")
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


def read_expression(path: Path) -> pd.DataFrame:
    """Read expression of bulk lines, lines x genes; the first column, or the index, names the lines.

    Raises
    ------
    InputError
        If the table is empty or not of numbers.
    """
    table = read_table(path, index=True)
    if table.empty:
        raise InputError(
            f"{path}: no lines or no genes; it must be lines x genes, the first column naming the lines"
        )
    kinds = table.dtypes.map(lambda kind: kind.kind)
    for position in np.flatnonzero(~kinds.isin(list("iuf"))):
        column = table.iloc[:, int(position)]
        table.isetitem(int(position), numbers(column, lambda row: str(table.index[row]), path).to_numpy())
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
    """Read one drug's response per cell line.

    Names that become one under `line_key` though they are different lines (TT and T-T, KM-H2 and KMH-2) are
    dropped; repeats of one line are averaged.

    Parameters
    ----------
    path
        Response table, see `read_response_table`.
    drug
        Drug name, any case and punctuation.
    release
        GDSC1 or GDSC2; auto takes GDSC2 if the drug is in it.
    measure
        AUC (0 to 1) or LN_IC50 (log of micromolar); low means sensitive.

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
    table = read_response_table(path)
    if measure not in table:
        raise InputError(f"{path}: no column {measure}; choose the other measure")
    key = name_key(find_drug(table, drug, str(path)))
    spellings = [name for name in table["DRUG_NAME"].dropna().unique() if name_key(name) == key]
    rows = table[table["DRUG_NAME"].isin(spellings)]
    releases = sorted(rows["DATASET"].unique())
    chosen = releases[-1] if release == "auto" else release
    if chosen not in releases:
        raise InputError(
            f"{path}: {drug} is not in {chosen}, only in {', '.join(releases)}; choose that release"
        )
    rows = rows[rows["DATASET"] == chosen].dropna(subset=[measure])
    keys = rows["CELL_LINE_NAME"].astype(str).map(line_key)
    names_per_key = rows.groupby(keys)["CELL_LINE_NAME"].transform("nunique")
    return rows[names_per_key == 1].groupby(keys)[measure].mean().sort_index().rename_axis("cell_line"), str(
        chosen
    )
