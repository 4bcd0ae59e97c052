"""Columns of a table that a person gives, as numbers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bulk2cell.errors import InputError


def numbers(column: "pd.Series[Any]", row_name: Callable[[int], str], path: Path) -> "pd.Series[float]":
    """Return a column as numbers, NaN where nothing stands.

    Parameters
    ----------
    column
        Of any kind; text that is a number counts as one.
    row_name
        What a row is called in the error.
    path
        The table, for the error.

    Raises
    ------
    InputError
        If something that stands there is no number, with its place.
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
