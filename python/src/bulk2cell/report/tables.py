"""Tables of the page, sortable."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

MOST_ROWS = 100


@dataclass(frozen=True)
class Column:
    """One column of a page's table: where its values are, its heading, how numbers are written, whether it is coloured."""

    name: str
    heading: str
    form: str = ""
    badge: bool = False


@dataclass(frozen=True)
class PageTable:
    """A table ready to be shown.

    Attributes
    ----------
    rows
        One list of cells per row, each the text to show and the value to sort by.
    left_out
        Rows beyond the first hundred, which only `file` holds.
    file
        Name of the file beside the page, without ending; empty if there is none.
    searchable
        Whether rows can be searched; the table then scrolls.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[tuple[str, Any]]]
    caption: str
    left_out: int = 0
    file: str = ""
    searchable: bool = False


def make_page_table(
    frame: pd.DataFrame, columns: Sequence[Column], caption: str, file: str = ""
) -> PageTable:
    """Make the first hundred rows of a table ready for the page."""
    rows = [
        [(format_value(row[column.name], column.form), sort_value(row[column.name])) for column in columns]
        for row in frame.head(MOST_ROWS).to_dict("records")
    ]
    return PageTable(columns, rows, caption, max(len(frame) - MOST_ROWS, 0), file)


def format_value(value: Any, form: str) -> str:
    """Return a value as text: a dash where it is missing, a real minus sign."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    return format(value, form).replace("-", "−") if form else str(value)


def sort_value(value: Any) -> Any:
    """Return what a table is sorted by; missing values come out empty."""
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else value
