"""Tables from the user, and their columns as numbers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bulk2cell.errors import InputError


def read_table(path: Path, index: bool = False) -> pd.DataFrame:
    """Read a parquet, csv or tsv table (gz allowed), with the first column as index if `index` is set.

    Raises
    ------
    InputError
        If the file is missing, empty, or no such table.
    """
    with _telling_what_is_wrong(path):
        if ".parquet" in path.suffixes:
            return pd.read_parquet(path)
        first = 0 if index else None
        return pd.read_csv(path, sep=_separator(path), index_col=first, dtype={0: str}, low_memory=False)


def read_text_table(path: Path) -> pd.DataFrame:
    """Read a parquet, csv or tsv table (gz allowed) as text, empty where there is nothing.

    Raises
    ------
    InputError
        If the file is missing or no such table.
    """
    with _telling_what_is_wrong(path):
        if ".parquet" in path.suffixes:
            return pd.read_parquet(path).convert_dtypes().astype("string").fillna("").astype(object)
        return pd.read_csv(path, sep=_separator(path), dtype=str, keep_default_na=False)


def _separator(path: Path) -> str:
    return "\t" if {".tsv", ".txt"} & set(path.suffixes) else ","


@contextmanager
def _telling_what_is_wrong(path: Path) -> Iterator[None]:
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the path")
    try:
        yield
    except Exception as error:
        raise InputError(
            f"{path}: cannot be read as a table ({error}); it must be parquet, csv or tsv"
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
