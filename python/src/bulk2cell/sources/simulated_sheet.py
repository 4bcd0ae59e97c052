"""The sample sheet of simulated cells."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.spreadsheet import write_csv

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
    columns = ["pair", "drug", "cells"]
    write_csv(pd.DataFrame(pairs, columns=columns).assign(**CONSTANT), out)
