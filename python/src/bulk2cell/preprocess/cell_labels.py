"""The cells' labels and samples, kept apart from everything that training reads."""

import difflib
from pathlib import Path

import numpy as np
import pandas as pd

from bulk2cell.errors import InputError
from bulk2cell.parameters import CellLabels, values_in
from bulk2cell.tables import MISSING, read_table


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
        columns, missed = _read_label_table(table, obs.index)
        if missed:
            warnings.append(f"{missed} cells of {table.name} are not among the cells.")
        source, others = table, [str(name) for name in columns if name != parameters.sample_column]
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
        holder, file = (columns, source) if parameters.sample_column in columns else (obs, cells)
        sample = _column(holder, parameters.sample_column, file, "--sample-column").map(
            str, na_action="ignore"
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


def _read_label_table(path: Path, cells: "pd.Index[str]") -> tuple[pd.DataFrame, int]:
    table = read_table(path)
    if not isinstance(table.index, pd.RangeIndex):
        table = table.reset_index()
    if table.shape[1] < 2 or table.empty:
        raise InputError(
            f"{path}: a label table needs a first column of cells, a column of labels, and at least one row"
        )
    table = table.set_index(table.columns[0])
    table.index = pd.Index(table.index.map(str))
    found = table.index.isin(cells)
    repeated = table.index[found & table.index.duplicated()]
    if len(repeated):
        raise InputError(f"{path}: cell {repeated[0]} occurs twice; label each cell once")
    if not found.any():
        raise InputError(
            f"{path}: none of its cells ({table.index[0]}, ...) is among the cells ({cells[0]}, ...); its first column must "
            "hold their names"
        )
    return table[found].reindex(cells), int((~found).sum())


def _column(frame: pd.DataFrame, name: str, source: Path, option: str) -> "pd.Series[str]":
    if name in frame:
        return frame[name]
    near = (
        difflib.get_close_matches(name, map(str, frame.columns), n=3, cutoff=0.4) or list(frame.columns)[:10]
    )
    raise InputError(
        f"{source}: no column {name} for the cells; {option} can be {', '.join(map(str, near)) or 'left out: there is none'}"
    )


def _to_numbers(values: "pd.Series[str]", source: Path, parameters: CellLabels) -> "pd.Series[float]":
    text = values.astype(object).map(lambda value: "" if pd.isna(value) else str(value).strip().lower())
    meaning: dict[str, float] = {}
    for listed, number in ((parameters.sensitive, 1.0), (parameters.resistant, 0.0)):
        meaning |= dict.fromkeys(values_in(listed), number)
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
