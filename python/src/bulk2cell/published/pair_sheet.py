"""Sample sheets of fetched pairs, as `bulk2cell run` takes them."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.spreadsheet import original, write_csv
from bulk2cell.errors import InputError
from bulk2cell.published.pair import Pair

COLUMNS = ("pair", "drug", "cells", "label_column", "sample_column", "exclude_lines", "scale", "tag")


def write_pair_row(pair: Pair, path: Path) -> None:
    """Write the sample sheet of one pair, its cells beside it."""
    scale = "log" if pair.cells.scale == "log" else "counts"
    lines = ";".join(pair.exclude_lines)
    values = (pair.name, pair.drug, "cells.h5ad", "response", "sample", lines, scale, pair.tag)
    write_csv(pd.DataFrame([values], columns=COLUMNS), path)


def join_sheets(out: Path, pairs: Iterable[str], path: Path) -> None:
    """Write one sheet with a row for every pair of these names that lies in a folder.

    Raises
    ------
    InputError
        If the sheet of a pair is not one that `write_pair_row` has written.
    """
    sheets = [(name, _read(out / name / "pairs.csv")) for name in pairs]
    joined = pd.concat([sheet.assign(cells=f"{name}/" + sheet["cells"]) for name, sheet in sheets])
    write_csv(joined, path)


def _read(path: Path) -> pd.DataFrame:
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            columns, *rows = csv.reader(stream, strict=True)
    except (ValueError, csv.Error):
        columns, rows = [], []
    if tuple(columns) != COLUMNS or not rows or any(len(row) != len(COLUMNS) for row in rows):
        raise InputError(
            f"{path}: no longer as `fetch` wrote it; delete it and fetch again, and keep your own elsewhere"
        )
    return pd.DataFrame(rows, columns=COLUMNS).map(original)
