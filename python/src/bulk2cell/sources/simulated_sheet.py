"""The sample sheet of simulated cells."""

import csv
from collections.abc import Iterable
from pathlib import Path

CONSTANT = {"label_column": "label", "sample_column": "cell_line", "tag": "simulated"}


def write_simulated_sheet(out: Path, pairs: Iterable[tuple[str, str, str]]) -> None:
    """Write a sample sheet of simulated cells.

    Parameters
    ----------
    out
        The csv to write.
    pairs
        Name, drug and cells of every pair, the cells relative to the sheet.
    """
    with out.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["pair", "drug", "cells", *CONSTANT])
        writer.writerows([*pair, *CONSTANT.values()] for pair in pairs)
