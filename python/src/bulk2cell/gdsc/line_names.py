"""The names by which a response table knows cell lines, and the lines of a file by them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.gdsc.columns import MEASURES
from bulk2cell.gdsc.lines import line_key
from bulk2cell.tables import as_text

LINE = "CELL_LINE_NAME"
NO_NAMES = ("DATASET", "DRUG_NAME", "DRUG_ID", *MEASURES)
# What GDSC's RMA table puts before a COSMIC id, and CCLE after a name: DATA.906826, A549_LUNG.
MARKED = re.compile(r"DATA\.(\d+)|(.+?)_[A-Z][A-Z_]*")

Lookup = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class LineNames:
    """Names of lines in a file, as a response table knows them.

    Attributes
    ----------
    names
        Name of each line; None where the file names lines by an id that the response table does not have.
    column
        Column of the response table that has most of the file's names.
    found
        Whether the response table has each line.
    """

    names: NDArray[np.object_]
    column: str
    found: NDArray[np.bool_]


def index_lines(response: pd.DataFrame | None) -> Lookup:
    """Return for each column of a response table its lines by the `line_key` of what stands there.

    What stands beside several lines, such as a tissue, is none of their names.
    """
    if response is None:
        return {LINE: {}}
    lookup = {}
    for column in [LINE, *(column for column in response if column not in (LINE, *NO_NAMES))]:
        pairs = response[list(dict.fromkeys([column, LINE]))].dropna().drop_duplicates()
        keys = pairs[column].map(as_text).map(line_key)
        if column == LINE:
            lookup[column] = dict(zip(keys, pairs[LINE], strict=True))
        else:
            lines = pairs[LINE].groupby(keys.to_numpy())
            lookup[str(column)] = {str(key): str(names.iloc[0]) for key, names in lines if len(names) == 1}
    return lookup


def name_lines(names: Sequence[str], lookup: Lookup) -> LineNames:
    """Find lines by the column of the response table that has most of their names, CELL_LINE_NAME among equals."""
    unmarked = [*map(_unmarked, names)]
    spellings = [names] if unmarked == names else [names, unmarked]
    keys_of = [[*map(line_key, spelled)] for spelled in spellings]
    best: LineNames | None = None
    for column, lines in lookup.items():
        for spelled, keys in zip(spellings, keys_of, strict=True):
            known = [lines.get(key) for key in keys]
            found = np.array([line is not None for line in known], bool)
            if best is None or found.sum() > best.found.sum():
                own = spelled if column == LINE else known
                best = LineNames(np.array(own, dtype=object), column, found)
    assert best
    return best


def _unmarked(name: str) -> str:
    marked = MARKED.fullmatch(name)
    return (marked[1] or marked[2]) if marked else name
