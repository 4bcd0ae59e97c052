"""Csv files that people open in a spreadsheet, which must not run a text as a formula."""

import re
from pathlib import Path

import pandas as pd

# What OWASP lists as the start of a formula. A text that is a number, or one sign alone, does nothing.
FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n].", re.DOTALL)
LINE_END = "\r\n"  # RFC 4180's; Python then puts quotes around a text with either of the two, which else starts a row
NUMBER = re.compile(r"[+-](\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-](inf|nan)")


def harmless(text: str) -> str:
    """Return a text as a spreadsheet shows it and runs nothing: an apostrophe before what would be a formula.

    A text that already begins with apostrophes before a formula gets one more, so that `original` knows its own.
    """
    bare = text.lstrip("'")
    if FORMULA.match(bare) and not (bare == text and NUMBER.fullmatch(text)):
        return f"'{text}"
    return text


def original(text: str) -> str:
    """Return the text that `harmless` was given."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text


def harmless_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with every text harmless; numbers stay numbers."""
    return table.map(lambda value: harmless(value) if isinstance(value, str) else value)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table for spreadsheets: texts are `harmless`, numbers have six digits."""
    harmless_texts(table).to_csv(path, index=False, float_format="%.6g", lineterminator=LINE_END)
