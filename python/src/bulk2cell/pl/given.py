"""The tables of a screen, whatever holds them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from bulk2cell.artefacts.screen import ScreenTables
from bulk2cell.artefacts.tables import TABLES
from bulk2cell.errors import InputError
from bulk2cell.printable import printable, shown
from bulk2cell.tl.annotation import SCREEN

if TYPE_CHECKING:
    import anndata as ad


class Tables(NamedTuple):
    """Drugs and groups of a screen; columns as in `artefacts.tables.TABLES`."""

    drugs: pd.DataFrame
    groups: pd.DataFrame


def find_tables(data: "ScreenTables | ad.AnnData") -> Tables:
    """Return the tables of a screen, or of cells that have been screened.

    Raises
    ------
    InputError
        If there is no screen, or its tables lack a column.
    """
    if isinstance(data, ScreenTables):
        return Tables(data.drugs, data.groups)
    found = getattr(data, "uns", {}).get(SCREEN)
    if not isinstance(found, Mapping) or not {"drugs", "groups"} <= set(found):
        raise InputError(
            f"no screen in these data: uns[{SCREEN!r}] has no tables drugs and groups; run bulk2cell.tl.screen, or give "
            "what bulk2cell.artefacts.screen.read_screen returns"
        )
    for name in Tables._fields:
        lacking = set(TABLES["screen"][f"{name}.parquet"]) - set(found[name])
        if lacking:
            raise InputError(
                f"uns[{SCREEN!r}][{name!r}] lacks the columns {', '.join(sorted(lacking))}; run bulk2cell.tl.screen again"
            )
    return Tables(found["drugs"], found["groups"])


def find_grouping(groups: pd.DataFrame, by: str | None) -> str:
    """Return the column by which cells are grouped: the one asked for, or the first.

    Raises
    ------
    InputError
        If the screen has no groups by that column.
    """
    known = [str(name) for name in groups["by"].unique()]
    if by is None:
        return known[0]
    if by not in known:
        raise InputError(f"by: no groups by {shown(by)} in this screen; it has {printable(', '.join(known))}")
    return by


def find_drug(drugs: pd.DataFrame, name: str) -> pd.Series:
    """Return the row of a drug.

    Raises
    ------
    InputError
        If the screen does not have it.
    """
    rows = drugs[drugs["drug"] == name]
    if rows.empty:
        raise InputError(f"no drug {shown(name)} in this screen; take one of its table of drugs")
    return rows.iloc[0]
