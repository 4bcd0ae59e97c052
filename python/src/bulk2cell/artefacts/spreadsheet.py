"""Csv files that people open in a spreadsheet, which must not run a text as a formula."""

import re
from pathlib import Path

import pandas as pd

NUMBER = r"[+-](\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-](inf|nan)"
# What OWASP lists as the start of a formula, also behind apostrophes, so that `original` knows its own. A text that is
# a number, or one sign alone, does nothing. For Python and for Java: the pipeline reads sample sheets by it.
FORMULA = rf"(?!({NUMBER})(?![\s\S]))'*[=+\-@＝＋－＠\t\r\n][\s\S]+"
LINE_END = "\r\n"  # RFC 4180's; Python then puts quotes around a text with either of the two, which else starts a row


def harmless(text: str) -> str:
    """Return a text that a spreadsheet shows and does not run: an apostrophe precedes what would be a formula."""
    return f"'{text}" if re.fullmatch(FORMULA, text) else text


def original(text: str) -> str:
    """Return the text that `harmless` was given."""
    return text[1:] if re.fullmatch(f"'{FORMULA}", text) else text


def harmless_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with every text harmless; numbers stay numbers."""
    return table.map(lambda value: harmless(value) if isinstance(value, str) else value)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table for spreadsheets: texts are `harmless`, numbers have six digits."""
    harmless_texts(table).to_csv(path, index=False, float_format="%.6g", lineterminator=LINE_END)
