"""Tables from the user, and their columns as numbers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

import numpy as np
import pandas as pd

from bulk2cell.errors import InputError
from bulk2cell.text_table import open_rows, read_records

MISSING = {"", "na", "n/a", "nan", "none", "<na>", "null"}  # in lower case
MOST_UNPACKED = 2**30  # bytes of a workbook; Excel's million rows of 20 columns take half of it


def read_table(path: Path, index: bool = False) -> pd.DataFrame:
    """Read a parquet, text (csv, tsv, gz allowed) or xlsx table, with the first column as index if `index` is set.

    Rows and columns that are empty are left out, names and texts are stripped.

    Raises
    ------
    InputError
        If the file is missing, empty, or no such table.
    """
    with _telling_what_is_wrong(path):
        if ".parquet" in path.suffixes:
            return pd.read_parquet(path)
        read = _read_workbook if is_workbook(path) else partial(_read_text, low_memory=False)
        table = _tidy(read(path), path)
        return table.set_index(table.columns[0]) if index else _with_one_column_of_a_name(table, path)


def read_text_table(path: Path) -> pd.DataFrame:
    """Read a parquet, text (csv, tsv, gz allowed) or xlsx table as text, empty where nothing stands.

    Raises
    ------
    InputError
        If the file is missing or no such table.
    """
    with _telling_what_is_wrong(path):
        if ".parquet" in path.suffixes:
            return pd.read_parquet(path).convert_dtypes().astype("string").fillna("").astype(object)
        read = _read_workbook if is_workbook(path) else partial(_read_text, dtype=str, keep_default_na=False)
        table = _with_one_column_of_a_name(_tidy(read(path), path), path).astype(object)
        return table.map(lambda value: "" if pd.isna(value) else as_text(value))


def read_rows(path: Path) -> dict[int, list[str]]:
    """Read the fields of every row of a text or xlsx table that holds any, as text, by the number that Excel shows.

    Raises
    ------
    InputError
        If it is no such table.
    """
    try:
        if not is_workbook(path):
            return read_records(path)
        fields = read_sheet(path).map(lambda value: "" if pd.isna(value) else as_text(value).strip())
        rows = enumerate(fields.to_numpy().tolist(), start=1)
        return {number: row for number, row in rows if any(row)}
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{path}: not a csv table ({error}); save it as csv, UTF-8") from error


def is_workbook(path: Path) -> bool:
    """Return whether a file is a workbook of Excel (xlsx), whatever its name."""
    if not (path.is_file() and is_zipfile(path)):
        return False
    with ZipFile(path) as archive:
        return "xl/workbook.xml" in archive.namelist()


def read_sheet(path: Path) -> pd.DataFrame:
    """Read the one filled sheet of a workbook, header and all, without empty rows at its end.

    Raises
    ------
    InputError
        If several sheets are filled, or none is, or it is too large.
    """
    with ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
            raise InputError(f"{path}: over {MOST_UNPACKED:,} bytes unpacked; save its table as csv, UTF-8")
    sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=object, engine="openpyxl")
    filled = {name: sheet for name, sheet in sheets.items() if not sheet.isna().all(axis=None)}
    if len(filled) != 1:
        raise InputError(
            f"{path}: a workbook with {len(filled)} filled sheets ({', '.join(map(str, filled)) or 'none'}); keep the "
            "one that holds the table, or save that as csv, UTF-8"
        )
    return next(iter(filled.values()))


def as_text(value: Any) -> str:
    """Return what stands in a field as text: a whole number without a point, as Excel shows it."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _read_workbook(path: Path) -> pd.DataFrame:
    sheet = read_sheet(path).dropna(how="all").dropna(how="all", axis=1)
    table = sheet.iloc[1:].reset_index(drop=True).infer_objects()
    table[table.columns[0]] = table.iloc[:, 0].map(as_text, na_action="ignore")
    return table.set_axis(["" if pd.isna(name) else as_text(name).strip() for name in sheet.iloc[0]], axis=1)


def _read_text(path: Path, **how: Any) -> pd.DataFrame:
    with open_rows(path) as (stream, layout):
        separator = r"\s+" if layout.separator == " " else layout.separator
        try:
            table: pd.DataFrame = pd.read_csv(
                stream,
                sep=separator,
                header=None,
                decimal=layout.decimal,
                skipinitialspace=True,
                **{"dtype": {layout.names: str}, **how},
            )
        except pd.errors.EmptyDataError:
            if not layout.columns:
                raise
            table = pd.DataFrame(columns=range(len(layout.columns)), dtype=object)
    more = len(table.columns) - len(layout.columns)
    if more < 0:
        raise InputError(
            f"{path}: {len(layout.columns)} names in the first line, {len(table.columns)} fields below it"
        )
    table.columns = pd.Index([*layout.columns, *[""] * more])
    return table


def _tidy(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return a table without what is empty, its texts stripped."""
    for position in range(table.shape[1]):
        column = table.iloc[:, position]
        if column.dtype == np.dtype(object):
            table.isetitem(position, [value.strip() if isinstance(value, str) else value for value in column])
    empty = table.isna() | (table == "")
    kept = (table.columns != "") | ~empty.all(axis=0).to_numpy(bool)
    unnamed = np.flatnonzero(kept & (table.columns == "") & (np.arange(len(kept)) != kept.argmax()))
    if len(unnamed):
        raise InputError(f"{path}: column {unnamed[0] + 1} has values and no name; name it in the first line")
    return table.loc[~empty.all(axis=1).to_numpy(bool), kept].reset_index(drop=True)


def _with_one_column_of_a_name(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    if table.columns.has_duplicates:
        raise InputError(
            f"{path}: column {table.columns[table.columns.duplicated()][0]} is there twice; give it once"
        )
    return table


@contextmanager
def _telling_what_is_wrong(path: Path) -> Iterator[None]:
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the path")
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"{path}: cannot be read as a table ({error}); it must be parquet, csv, tsv or xlsx"
        ) from error


def numbers(column: "pd.Series[Any]", row_name: Callable[[int], str], path: Path) -> "pd.Series[float]":
    """Return a column as numbers, NaN where it is empty.

    Parameters
    ----------
    column
        Of any kind; text that is a number counts as one.
    row_name
        Name of a row in the error.
    path
        The table, for the error.

    Raises
    ------
    InputError
        With the place of the first entry that is not a number.
    """
    missing = column.isna().to_numpy(bool)
    if column.dtype.kind in "iuf":
        found = column.to_numpy(float, na_value=np.nan)
    else:
        found = pd.to_numeric(column.astype(object).map(str), errors="coerce").to_numpy(float)
        found[missing] = np.nan
    wrong = ~missing & ~np.isfinite(found)
    if wrong.any():
        row = int(wrong.argmax())
        raise InputError(
            f"{path}: {row_name(row)}, column {column.name}: {column.iloc[row]!r} is not a number; correct it, with a "
            "decimal point, or leave it empty"
        )
    return pd.Series(found, index=column.index, name=column.name)
