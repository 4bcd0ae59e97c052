"""The cells' labels and samples, kept apart from everything that training reads."""

import difflib
import re
from pathlib import Path

import numpy as np
import pandas as pd

from bulk2cell.errors import InputError
from bulk2cell.parameters import CellLabels, values_in
from bulk2cell.preprocess.match_cells import match_cells
from bulk2cell.tables import MISSING, as_text, read_table


def read_labels(
    obs: pd.DataFrame, cells: Path, table: Path | None, parameters: CellLabels
) -> tuple[pd.DataFrame, list[str]]:
    """Read labels and samples of cells from their own columns or from a label table.

    Parameters
    ----------
    obs
        The file's columns per cell, index = cell.
    cells
        The cells' file, for the messages.
    table
        Label table, first column = cell; its columns come before those of `obs`.
    parameters
        Which columns, and what their values mean.

    Returns
    -------
    pd.DataFrame
        Columns cell, label (1.0 sensitive, 0.0 resistant, NaN unlabelled), sample (text or missing), in the order of `obs`.
    list
        Warnings.

    Raises
    ------
    InputError
        If a column is missing, a value is in neither list, the labelled cells are of one class, or the table has none of
        the cells or one of them twice.
    """
    warnings: list[str] = []
    columns, source, wanted = obs, cells, parameters.label_column
    if table is not None:
        columns, warnings = _read_label_table(table, obs.index)
        source, samples = table, _alike(columns, parameters.sample_column)
        others = [str(name) for name in columns if name not in samples]
        wanted = wanted or (others[0] if len(others) == 1 else "")
        if not wanted:
            raise InputError(f"{table}: columns {', '.join(others)}; name one of them by --label-column")
    label = pd.Series(np.nan, index=obs.index)
    if wanted:
        label = _to_numbers(_column(columns, wanted, source, "--label-column"), source, parameters)
        _check_classes(label, source)
        if (parameters.sensitive, parameters.resistant) != (CellLabels().sensitive, CellLabels().resistant):
            warnings.append("Cells whose label is neither in --sensitive nor in --resistant are unlabelled.")
    sample = pd.Series(None, index=obs.index, dtype=object)
    if parameters.sample_column:
        holder, file = (columns, source) if _alike(columns, parameters.sample_column) else (obs, cells)
        sample = _column(holder, parameters.sample_column, file, "--sample-column").map(
            as_text, na_action="ignore"
        )
    return (
        pd.DataFrame(
            {"cell": obs.index.astype(str), "label": label.to_numpy(float), "sample": sample.to_numpy(object)}
        ),
        warnings,
    )


def _check_classes(label: "pd.Series[float]", source: Path) -> None:
    sensitive, resistant = int((label == 1).sum()), int((label == 0).sum())
    if not (sensitive and resistant):
        raise InputError(
            f"{source}: {sensitive} sensitive and {resistant} resistant cells; both are needed to evaluate: check "
            "--sensitive and --resistant, or leave --label-column out"
        )


def _read_label_table(path: Path, cells: "pd.Index[str]") -> tuple[pd.DataFrame, list[str]]:
    table = read_table(path)
    if not isinstance(table.index, pd.RangeIndex):
        table = table.reset_index()
    if table.shape[1] < 2 or table.empty:
        raise InputError(
            f"{path}: a label table needs a first column of cells, a column of labels, and at least one row"
        )
    table.columns = table.columns.map(str)
    for column in list[str](table.columns):
        names = pd.Index(table[column].map(as_text, na_action="ignore").astype(str))
        rows, how = match_cells(names, cells.astype(str), path)
        if (rows >= 0).any():
            break
    else:
        raise InputError(
            f"{path}: none of its cells ({table.iloc[0, 0]!s}, ...) is among the cells ({cells[0]}, ...); its first column "
            "must hold their names"
        )
    warnings = []
    if column != table.columns[0]:
        warnings.append(f"Cells of {path.name} are named by column {column}, not by the first.")
    if how:
        warnings.append(f"Cells of {path.name} are found {how}.")
    missed = len(table) - len(np.unique(rows[rows >= 0]))
    if missed:
        warnings.append(f"{missed} cells of {path.name} are not among the cells.")
    table = table.drop(columns={column, ""} & set(table.columns))
    found = table.take(np.maximum(rows, 0)).set_axis(cells)
    return found.where(pd.Series(rows >= 0, index=cells), axis=0), warnings


def _alike(frame: pd.DataFrame, name: str) -> list[str]:
    """Return the column of this name, or else those that differ from it in case and spaces around."""
    if name in frame:
        return [name]
    return [
        column for column in frame.columns.tolist() if str(column).strip().lower() == name.strip().lower()
    ]


def _column(frame: pd.DataFrame, name: str, source: Path, option: str) -> "pd.Series[str]":
    alike = _alike(frame, name)
    if len(alike) == 1:
        return frame[alike[0]]
    near = (
        difflib.get_close_matches(name, map(str, frame.columns), n=3, cutoff=0.4) or list(frame.columns)[:10]
    )
    raise InputError(
        f"{source}: no column {name} for the cells; {option} can be {', '.join(map(str, near)) or 'left out: there is none'}"
    )


def _to_numbers(values: "pd.Series[str]", source: Path, parameters: CellLabels) -> "pd.Series[float]":
    text = values.astype(object).map(lambda value: "" if pd.isna(value) else _spelling(str(value)))
    meaning: dict[str, float] = {}
    for listed, number in ((parameters.sensitive, 1.0), (parameters.resistant, 0.0)):
        meaning |= dict.fromkeys(map(_spelling, values_in(listed)), number)
    unknown = sorted(set(text) - set(meaning) - MISSING)
    if unknown and (parameters.sensitive, parameters.resistant) == (
        CellLabels().sensitive,
        CellLabels().resistant,
    ):
        raise InputError(
            f"{source}: column {values.name}: {', '.join(unknown[:5])} is neither sensitive nor resistant; declare "
            "such values with --sensitive and --resistant"
        )
    return text.map(meaning).astype(float)


def _spelling(value: str) -> str:
    """Return a label without case, spaces and the zero that a whole number gets beside missing ones."""
    return re.sub(r"(\d)\.0+$", r"\1", value.strip().lower())
