"""Sample sheets of fetched pairs, as `bulk2cell run` takes them."""

import csv
from collections.abc import Iterable
from pathlib import Path

from bulk2cell.errors import InputError
from bulk2cell.sources.pair import Pair

COLUMNS = ("pair", "drug", "cells", "label_column", "sample_column", "exclude_lines", "scale", "tag")


def write_pair_row(pair: Pair, path: Path) -> None:
    """Write the sample sheet of one pair, its cells beside it."""
    scale = "log" if pair.cells.scale == "log" else "counts"
    lines = ";".join(pair.exclude_lines)
    values = (pair.name, pair.drug, "cells.h5ad", "response", "sample", lines, scale, pair.tag)
    _write(path, [dict(zip(COLUMNS, values, strict=True))])


def join_sheets(out: Path, pairs: Iterable[str], path: Path) -> None:
    """Write one sheet with a row for every pair of these names that lies in a folder.

    Raises
    ------
    InputError
        If the sheet of a pair is not one that `write_pair_row` has written.
    """
    rows = [
        {**row, "cells": f"{name}/{row['cells']}"}
        for name in pairs
        for row in _read(out / name / "pairs.csv")
    ]
    _write(path, rows)


def _read(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream, strict=True))
    except (UnicodeDecodeError, csv.Error):
        rows = []
    if not rows or any(set(row) != set(COLUMNS) or None in row.values() for row in rows):
        raise InputError(
            f"{path}: no longer as `fetch` wrote it; delete it and fetch again, and keep your own elsewhere"
        )
    return rows


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
