"""Whether what a catalogue says of a pair can be meant, before anything is contacted or written."""

import re
from typing import get_args

from bulk2cell.download.address import fault_of
from bulk2cell.errors import InputError
from bulk2cell.parameters import Orientation
from bulk2cell.published.pair import NAME_PATTERN, SHA256, CellScale, LabelledBy, Pair

SERIES = r"GSE[0-9]{4,9}"
FORMULA = ("=", "+", "-", "@")


def check_pair(pair: Pair, where: str) -> None:
    """Check choices, patterns, files, and what goes into a sample sheet.

    Raises
    ------
    InputError
        With what is wrong, behind `where`.
    """
    _check_choices(pair, where)
    _check_patterns(pair, where)
    _check_files(pair, where)
    for text in (pair.drug, pair.tag, *pair.exclude_lines):
        if text.startswith(FORMULA):
            raise InputError(f"{where}: {text!r} would be taken for a formula by a spreadsheet; reword it")


def _check_choices(pair: Pair, where: str) -> None:
    for name, value, allowed in (
        ("scale", pair.cells.scale, get_args(CellScale)),
        ("orientation", pair.cells.orientation, get_args(Orientation)),
        ("by", pair.labels.by, get_args(LabelledBy)),
    ):
        if value not in allowed:
            raise InputError(f"{where}: {name}: {value!r} is none of {', '.join(allowed)}")
    if pair.labels.by == "annotation" and not (pair.labels.annotation and pair.labels.column):
        raise InputError(f"{where}: labels: by annotation, so give annotation (a file) and column")


def _check_patterns(pair: Pair, where: str) -> None:
    patterns = [pair.cells.gene_name, pair.labels.sensitive.match, pair.labels.resistant.match]
    for pattern in [*patterns, "" if pair.labels.by == "annotation" else pair.labels.sample]:
        try:
            groups = re.compile(pattern).groups
        except (re.error, OverflowError, RecursionError) as error:
            raise InputError(f"{where}: {pattern!r} is no regular expression ({error})") from error
        if pattern and pattern == pair.cells.gene_name and not groups:
            raise InputError(f"{where}: gene_name: {pattern!r} has no group; put (...) round the gene's name")


def _check_files(pair: Pair, where: str) -> None:
    if not pair.cells.files:
        raise InputError(f"{where}: cells: files: empty; name the files of cells")
    if pair.series and not re.fullmatch(SERIES, pair.series):
        raise InputError(
            f"{where}: series: {pair.series!r} is no series of GEO; give series (GSE...) or the file's url"
        )
    for file in pair.files:
        if not re.fullmatch(NAME_PATTERN, file.name):
            raise InputError(f"{where}: {file.name!r} is no file name; give the last part of the address")
        if not (file.url or pair.series):
            raise InputError(f"{where}: {file.name}: give series (GSE...) or the file's url")
        if file.url and (fault := fault_of(file.url)):
            raise InputError(f"{where}: {file.url}: {fault}")
        if file.sha256 and not re.fullmatch(SHA256, file.sha256):
            raise InputError(
                f"{where}: {file.name}: sha256: {file.sha256!r} is not 64 digits of 0-9 and a-f, in quotes"
            )
