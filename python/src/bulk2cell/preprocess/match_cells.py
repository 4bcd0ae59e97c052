"""Find a label table's cells among those of a file, whatever R did to their names."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.errors import InputError

# of a barcode: -1 as Cell Ranger writes it, .1 as R then spells it
SUFFIX = re.compile(r"[-.]\d+$")


def _as_r(name: str) -> str:
    """Return a name as R's make.names spells it."""
    dotted = re.sub(r"[^A-Za-z0-9._]", ".", name)
    return dotted if re.match(r"[A-Za-z]|\.(?!\d)", dotted) else f"X{dotted}"


def _without_suffix(name: str) -> str:
    return SUFFIX.sub("", name)


RULES: dict[str, Callable[[str], str]] = {
    "": str,
    "as R spells them (make.names)": _as_r,
    "without the suffix of one side": _without_suffix,
    "as R spells them (make.names), without the suffix of one side": lambda name: _as_r(
        _without_suffix(name)
    ),
}


def match_cells(names: "pd.Index[str]", cells: "pd.Index[str]", table: Path) -> tuple[NDArray[np.intp], str]:
    """Find each cell's row in a label table, by its name or by the first rule under which most are found.

    A rule has to change the names of one side alone: if it changed both, it would take one cell for another.

    Parameters
    ----------
    names
        The table's cells.
    cells
        The file's cells.
    table
        The table, for the errors.

    Returns
    -------
    np.ndarray
        Row of each cell, -1 for none.
    str
        How the names were changed, with an example; empty if they were not.

    Raises
    ------
    InputError
        If a cell is in the table twice, or names that a rule makes one are of several cells.
    """
    most, how, theirs, ours = 0, "", names, cells
    for rule, change in RULES.items():
        changed, changed_cells = names.map(change), cells.map(change)
        found = int(changed.isin(changed_cells).sum())
        if found > most and (not rule or changed.equals(names) != changed_cells.equals(cells)):
            most, how, theirs, ours = found, rule, changed, changed_cells
        if most == len(names):
            break
    hits = np.flatnonzero(theirs.isin(ours))
    twice = theirs[hits][theirs[hits].duplicated()]
    if len(twice) and not how:
        raise InputError(f"{table}: cell {twice[0]} occurs twice; label each cell once")
    both = [*twice, *(ours[ours.isin(theirs) & ours.duplicated()] if how else [])]
    if both:
        alike = [*names[theirs == both[0]], *cells[ours == both[0]]]
        raise InputError(
            f"{table}: its cells are those of the file only {how}, and then {', '.join(dict.fromkeys(alike))} are one; name "
            "them as in the file"
        )
    rows = pd.Series(hits, index=theirs[hits]).reindex(ours).fillna(-1).to_numpy(np.intp)
    if how:
        cell = int((rows >= 0).argmax())
        how = f"{how}: {names[rows[cell]]} is {cells[cell]}"
    return rows, how
