"""How a table of text is written, read off its content: encoding, comment lines, separator, decimal mark, header."""

import csv
import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO, cast

from bulk2cell.errors import InputError

SEPARATORS = {"\t": "tab", ";": "semicolon", ",": "comma", " ": "space"}
GZIP_MAGIC = b"\x1f\x8b"
NO_TEXT = {  # the first bytes of files that are taken for tables, and what to do with them
    b"PK\x03\x04": "a zip archive or a workbook of Excel; save the table as csv, UTF-8",
    b"\xd0\xcf\x11\xe0": "an old workbook of Excel (xls); save the table as csv, UTF-8",
    b"\x89HDF": "HDF5, not a table of text; save the table as csv, UTF-8",
}
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
LINES = 1000  # looked at for a decimal comma, of sparse values too
LINES_SPLIT = 20  # tried with every separator: a layout shows in its first rows
CHARACTERS = 2_000_000  # read beyond those, so that a wide table is not read twice
ASIDE = re.compile(r"[\s,;]*|\s*#.*\s*|\"?sep=.\"?\s*", re.IGNORECASE)  # sep=; is Excel's own
LINE_TOO_LONG = re.compile(
    r"Expected (\d+) fields in line (\d+), saw (\d+)"
)  # pandas, which counts from the first row
NAMES_AFTER_HASH = re.compile(r"#[^\s#]")  # #cell,response; a comment has spaces, or as many fields by chance
PROGRAM = re.compile(r"#\s*program:", re.IGNORECASE)  # featureCounts' first line
GCT = re.compile(r"#1\.2\s*")  # first line of GenePattern's gct
THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")


@dataclass(frozen=True)
class TextLayout:
    """How a table of text is written.

    Attributes
    ----------
    first
        Lines before the first row: comments, empty lines, the header.
    columns
        Names in the header, stripped; the first is empty where R left it out.
    names
        Position of the first column that holds anything.
    """

    encoding: str
    first: int
    separator: str
    decimal: str
    columns: list[str]
    names: int


@contextmanager
def open_rows(path: Path) -> Iterator[tuple[TextIO, TextLayout]]:
    """Open a table of text, gz or not, at its first row, and say how it is written.

    Raises
    ------
    InputError
        If it is no text, or its first rows do not fit its header.
    """
    try:
        layout = read_layout(path)
        with _open(path, layout.encoding) as stream:
            for _ in range(layout.first):
                stream.readline()
            yield stream, layout
    except UnicodeError as error:
        raise InputError(f"{path}: no UTF-8 ({error}); save it as UTF-8") from error
    except ValueError as error:
        found = LINE_TOO_LONG.search(str(error))
        if not found:
            raise
        fields, line, saw = map(int, found.groups())
        raise InputError(
            f"{path}: line {line + layout.first} has {saw} fields, those above have {fields}; write one field per column, "
            "in quotes where it holds the sign that separates them"
        ) from error


def read_records(path: Path) -> dict[int, list[str]]:
    """Read the fields of every line that holds any, header first, by the number that a spreadsheet shows.

    Raises
    ------
    InputError
        If it is no text.
    csv.Error, UnicodeError
        If it is no such table.
    """
    encoding = _encoding(path)
    with _open(path, encoding) as stream:
        lines = _first_lines(stream)
    above = _lines_aside(lines)
    separator = _separator(lines[above:])
    with _open(path, encoding) as stream:
        records = enumerate(csv.reader(stream, delimiter=separator, skipinitialspace=True, strict=True), 1)
        stripped = ((number, [field.strip() for field in record]) for number, record in records)
        return {number: record for number, record in stripped if number > above and any(record)}


def read_layout(path: Path) -> TextLayout:
    """Find out how a table of text is written; see `open_rows`."""
    encoding = _encoding(path)
    with _open(path, encoding) as stream:
        lines = _first_lines(stream)
    above = _lines_aside(lines)
    separator = _separator(lines[above:])
    reader = csv.reader(lines[above:], delimiter=separator, skipinitialspace=True)
    header = _without_end([field.strip() for field in next(reader, [])])
    first = above + reader.line_num
    rows = [row for row in islice(reader, LINES_SPLIT) if any(field.strip() for field in row)]
    columns = _names(header, rows, path)
    names = _first_filled([columns, *rows])
    return TextLayout(encoding, first, separator, _decimal(lines[first:], separator), columns, names)


def _open(path: Path, encoding: str) -> TextIO:
    opener = gzip.open if _starts(path, GZIP_MAGIC) else open
    return cast(TextIO, opener(path, "rt", encoding=encoding, newline=""))


def _starts(path: Path, magic: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(magic)) == magic


def _encoding(path: Path) -> str:
    with gzip.open(path) if _starts(path, GZIP_MAGIC) else path.open("rb") as stream:
        start = stream.read(4)
    for magic, told in NO_TEXT.items():
        if start == magic:
            raise InputError(f"{path}: this is {told}")
    if start[:2] in UTF_16:
        return "utf-16"
    if len(start) == 4 and (start[1::2] == b"\0\0" or start[::2] == b"\0\0"):
        raise InputError(f"{path}: this is text as UTF-16 without its mark; save it as UTF-8")
    return "utf-8-sig"


def _first_lines(stream: TextIO) -> list[str]:
    lines: list[str] = []
    characters = 0
    for line in islice(iter(stream.readline, ""), LINES):
        lines.append(line)
        characters += len(line)
        if characters > CHARACTERS and len(lines) > LINES_SPLIT:
            break
    return lines


def _lines_aside(lines: list[str]) -> int:
    """Return how many lines stand above the header: empty or comments, of which the last may be the header itself."""
    if lines and GCT.fullmatch(lines[0]):
        return 2  # the second line holds numbers of rows and columns
    above = next((number for number, line in enumerate(lines) if not ASIDE.fullmatch(line)), len(lines))
    last = above - 1
    if last >= 0 and lines[last].startswith("#") and not PROGRAM.match(lines[last]) and lines[above:]:
        separator = _separator(lines[last:])
        names, row = (_split([lines[number]], separator)[0] for number in (last, above))
        written_as_header = (
            separator != " " and NAMES_AFTER_HASH.match(lines[last]) and f"{separator} " not in lines[last]
        )
        if len(names) == len(row) > 1 and (written_as_header or all(map(_is_number, row[1:]))):
            return last
    return above


def _separator(lines: list[str]) -> str:
    """Return the separator that splits header and rows alike: of the most names; a space only if no other does."""
    fitting: dict[str, int] = {}
    for separator in SEPARATORS:
        header, *rows = _split(lines[: LINES_SPLIT + 1], separator) or [[]]
        widest = max((len(_without_end(row)) for row in rows), default=len(header))
        if len(header) + 1 >= widest and max(widest, len(header)) > 1 and all(len(row) > 1 for row in rows):
            fitting[separator] = len(header)
    if fitting.keys() - {" "}:
        return max((found for found in fitting if found != " "), key=fitting.__getitem__)
    if fitting:
        return " "
    # no separator fits: that of most names; what is wrong is told by the rows
    return max((",", "\t", ";"), key=lambda separator: len((_split(lines[:1], separator) or [[]])[0]))


def _split(lines: list[str], separator: str) -> list[list[str]]:
    return [row for row in csv.reader(lines, delimiter=separator, skipinitialspace=True) if any(row)]


def _without_end(row: list[str]) -> list[str]:
    """Return a row without the empty fields at its end."""
    full = len(row)
    while full and not row[full - 1].strip():
        full -= 1
    return row[:full]


def _names(header: list[str], rows: list[list[str]], path: Path) -> list[str]:
    """Return a name for each column; R's write.table leaves out that of the row names."""
    widths = [len(_without_end(row)) for row in rows]
    if header and rows and max(widths) == len(header) + 1 and all(len(row) > len(header) for row in rows):
        return ["", *header]
    for number, width in enumerate(widths, start=1):
        if width > len(header):
            raise InputError(
                f"{path}: {len(header)} names in the first line, {width} fields in row {number} below it; "
                "the first line must name the columns; begin a line above that with #"
            )
    return header


def _first_filled(rows: list[list[str]]) -> int:
    return min(next((column for column, field in enumerate(row) if field.strip()), 0) for row in rows)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _decimal(lines: list[str], separator: str) -> str:
    """Return the decimal mark of the first number that shows one; 1,234 shows none: it may be a thousand."""
    if separator == ",":
        return "."
    fraction = re.compile(rf"(?<![^{separator}\"])[+-]?(\d+([.,])\d+)(?=[{separator}\"\r\n]|[eE][+-]?\d|$)")
    for line in lines:
        if "," in line or "." in line:
            for found in fraction.finditer(line):
                if found[2] == "." or not THOUSANDS.fullmatch(found[1]):
                    return found[2]
    return "."
