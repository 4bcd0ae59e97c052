"""The sample sheet: one row per dataset-drug pair, checked whole before any stage starts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from bulk2cell.artefacts.spreadsheet import original
from bulk2cell.errors import InputError, ParameterError
from bulk2cell.forms import PAIR_NAME, TEXT
from bulk2cell.gdsc.lines import find_drug, read_response_table
from bulk2cell.parameters import CellInput, CellLabels, names_in, take
from bulk2cell.printable import shown
from bulk2cell.tables import read_rows

RESERVED = ("report", "finished.json", "pipeline_info", "reference")
LONGEST_NAME = (
    200  # it names a folder, of which file systems take 255 bytes, and temporary neighbours add to it
)
COLUMNS = {
    "pair": "name of the pair, also of its folder in the results",
    "drug": "drug as named by GDSC, any case and punctuation; with a screen it may be empty",
    "cells": "file or folder of cells, relative to the sheet",
    "labels": "table with the cells' labels, relative to the sheet; empty: the cells' own columns",
    "exclude_lines": "cell lines to keep out of the source, since the cells come from them, separated by ;",
    "group_column": "column of obs with the groups of cells that a screen compares; empty: Leiden clusters",
    "tag": "what the labels mean, such as pre-treatment or post-treatment",
}
SWITCH = {"true": True, "false": False}
REQUIRED = ("pair", "drug", "cells")
OPTIONAL = (
    *(column for column in COLUMNS if column not in REQUIRED),
    *(entry.name for entry in fields(CellInput)),
    *(entry.name for entry in fields(CellLabels)),
)


@dataclass(frozen=True)
class SheetRow:
    """One row of the sample sheet.

    Attributes
    ----------
    pair
        Name of the pair and of its results folder.
    drug
        Empty: the cells are screened and no more.
    cells, labels
        Files; relative paths are relative to the sample sheet.
    exclude_lines
        Cell lines that are removed from the source, since the cells come from them.
    group_column
        Column of obs with the groups of cells that a screen compares.
    tag
        What the labels mean, such as pre-treatment or post-treatment.
    texts
        The row as it is written, by column; empty fields are left out.
    """

    pair: str
    drug: str
    cells: Path
    labels: Path | None
    exclude_lines: tuple[str, ...]
    group_column: str
    tag: str
    cell_input: CellInput
    cell_labels: CellLabels
    texts: Mapping[str, str]

    @property
    def labelled(self) -> bool:
        """Whether labels of its cells are given."""
        return bool(self.labels or self.cell_labels.label_column)


def read_sample_sheet(
    path: Path, response: Path | None, look_for_files: bool = True, screen: bool = False
) -> list[SheetRow]:
    """Read and check a sample sheet: text of any common separator, or xlsx.

    Parameters
    ----------
    path
        Columns pair, drug, cells; optional: labels, label_column, sensitive, resistant, sample_column,
        exclude_lines (separated by semicolons), group_column, tag, scale, orientation, layer, use_raw.
    response
        Response table, to check the drugs; they are not checked without.
    look_for_files
        Refuse files of cells and labels that are not there.
    screen
        The cells are screened: a row needs no drug.

    Raises
    ------
    InputError
        With row and column of the first thing that is wrong.
    """
    rows = _rows(path)
    drugs = read_response_table(response) if response else None
    pairs: list[SheetRow] = []
    for number, texts in rows.items():
        where = f"{path} row {number}"
        _check_texts(texts, where)
        _check_name(texts["pair"], where)
        _check_drug(texts["drug"], where, screen)
        _check_files(texts, path.parent, where, look_for_files)
        pair = _pair(texts, path.parent, where)
        if pair.pair in {earlier.pair for earlier in pairs}:
            raise InputError(
                f"{where} column pair: {pair.pair!r} is there twice; give each pair its own name"
            )
        if drugs is not None and pair.drug:
            find_drug(drugs, pair.drug, f"{where} column drug")
        pairs.append(pair)
    return pairs


def _rows(path: Path) -> dict[int, dict[str, str]]:
    """Return the texts of every row by column, by the number of the row as a spreadsheet shows it."""
    if not path.is_file():
        raise InputError(f"{path}: no such sample sheet; check the path")
    lines = read_rows(path)
    if not lines:
        raise InputError(f"{path}: not a csv table (it is empty); see the README's sample sheet")
    columns = ["_".join(original(name).lower().split()) for name in lines.pop(min(lines))]
    _check_columns(columns, path)
    if not lines:
        raise InputError(f"{path}: no rows; write one row per pair")
    rows = {}
    for number, line in lines.items():
        if any(line[len(columns) :]):
            raise InputError(
                f"{path} row {number}: {len(line)} fields for {len(columns)} columns; write one field per column, in "
                "quotes where it holds the sign that separates them"
            )
        fields = [original(field) for field in line] + [""] * (len(columns) - len(line))
        rows[number] = {column: field for column, field in zip(columns, fields, strict=False) if column}
        if any(field for column, field in zip(columns, fields, strict=False) if not column):
            raise InputError(f"{path} row {number}: a field in a column without a name; name the column")
    return rows


def _check_columns(columns: list[str], path: Path) -> None:
    named = [column for column in columns if column]
    for number, column in enumerate(named):
        if column not in REQUIRED + OPTIONAL:
            raise InputError(
                f"{path}: unknown column {shown(column)}; the columns are {', '.join(REQUIRED + OPTIONAL)}"
            )
        if column in named[:number]:
            raise InputError(f"{path}: column {column!r} is there twice; give it once")
    for column in REQUIRED:
        if column not in named:
            raise InputError(f"{path}: no column {column!r}; it is required")


def _check_texts(row: dict[str, str], where: str) -> None:
    for column, text in row.items():
        if not re.fullmatch(TEXT.pattern, text):
            raise InputError(f"{where} column {column}: {shown(text)} is not {TEXT.words}; take them out")


def _check_name(name: str, where: str) -> None:
    if not re.fullmatch(PAIR_NAME.pattern, name):
        raise InputError(
            f"{where} column pair: {shown(name)} is not a name of letters, digits, . _ -; rename it"
        )
    if len(name) > LONGEST_NAME:
        raise InputError(f"{where} column pair: {shown(name)} has over {LONGEST_NAME} characters; shorten it")
    if name in RESERVED:
        raise InputError(f"{where} column pair: {name!r} is a name that the results need; rename it")


def _check_drug(drug: str, where: str, screen: bool) -> None:
    if not drug and not screen:
        raise InputError(
            f"{where} column drug: it is empty; name a drug, or give --screen for a screen of all drugs"
        )


def _check_files(row: dict[str, str], folder: Path, where: str, look_for_files: bool) -> None:
    for column in ("cells", "labels"):
        named = row.get(column, "")
        empty = column == "cells" and not named
        file = folder / named
        there = file.is_file() or (column == "cells" and file.is_dir())
        if empty or (look_for_files and named and not there):
            raise InputError(
                f"{where} column {column}: no file {named or '(empty)'}; give its path from {folder}"
            )


def _typed(texts: Mapping[str, str]) -> dict[str, str | bool]:
    switches = {entry.name for entry in fields(CellInput) if isinstance(entry.default, bool)}
    return {
        column: SWITCH.get(text.lower(), text) if column in switches else text
        for column, text in texts.items()
    }


def _pair(row: dict[str, str], folder: Path, where: str) -> SheetRow:
    try:
        given = {column: value for column, value in row.items() if value}
        cell_input, cell_labels = take(CellInput, _typed(given)), take(CellLabels, given)
    except ParameterError as error:
        raise InputError(f"{where} column {error}") from error
    return SheetRow(
        pair=row["pair"],
        drug=row["drug"],
        cells=folder / row["cells"],
        labels=folder / row["labels"] if row.get("labels") else None,
        exclude_lines=tuple(names_in(row.get("exclude_lines", ""))),
        group_column=row.get("group_column", ""),
        tag=row.get("tag", ""),
        cell_input=cell_input,
        cell_labels=cell_labels,
        texts=given,
    )
