"""Sample sheets of fetched pairs, as `bulk2cell run` takes them."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.spreadsheet import original, write_csv
from bulk2cell.sources.pair import Pair

COLUMNS = ("pair", "drug", "cells", "label_column", "sample_column", "exclude_lines", "scale", "tag")


def write_pair_row(pair: Pair, path: Path) -> None:
    """Write the sample sheet of one pair, its cells beside it."""
    scale = "log" if pair.cells.scale == "log" else "counts"
    lines = ";".join(pair.exclude_lines)
    values = (pair.name, pair.drug, "cells.h5ad", "response", "sample", lines, scale, pair.tag)
    write_csv(pd.DataFrame([values], columns=COLUMNS), path)


def join_sheets(out: Path, pairs: Iterable[str]) -> None:
    """Write fetched_pairs.csv, one row for every pair of these names that lies in a folder."""
    sheets = []
    for name in pairs:
        sheet = pd.read_csv(out / name / "pairs.csv", dtype=str, keep_default_na=False).map(original)
        sheets.append(sheet.assign(cells=f"{name}/" + sheet["cells"]))
    write_csv(pd.concat([pd.DataFrame(columns=COLUMNS), *sheets]), out / "fetched_pairs.csv")
