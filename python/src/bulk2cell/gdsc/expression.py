"""Expression of bulk lines as it is published: which axis holds the lines, and what names lines and genes."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.cells.orientation import gene_share, is_numbering
from bulk2cell.cells.table_roles import annotates_cells, annotates_genes
from bulk2cell.errors import InputError
from bulk2cell.gdsc.line_names import LINE, LineNames, Lookup, index_lines, name_lines
from bulk2cell.gdsc.lines import line_key
from bulk2cell.gdsc.matrix import Matrix, read_matrix
from bulk2cell.genes.known import known_names
from bulk2cell.printable import some

DEFAULT_PROFILE = "IsDefaultEntryForModel"  # of several profiles of a line DepMap marks one
YES = ("yes", "true", "1")
CLEARLY_MORE = 2  # times as many known genes, for another column than the first to name them
# What to do if a response table knows no line of a file, by how its lines are named.
RENAME = {
    "ACH-": "they are DepMap's ids: name the lines by the column CellLineName of DepMap's Model.csv, or add a column of "
    "these ids to the response table",
    "DATA.": "they are COSMIC ids: give GDSC's fitted dose response, or add a column COSMIC_ID to the response table",
    "": "name them as in its column CELL_LINE_NAME, or add a column of these names to it",
}


@dataclass(frozen=True)
class Expression:
    """Expression of bulk lines.

    Attributes
    ----------
    table
        Lines x genes; the index is the `line_key` of each line, the columns are the genes' names in the file.
    given
        Names of the lines in the file.
    notes
        What was decided in reading and a person should know, one sentence each.
    """

    table: pd.DataFrame
    given: "pd.Index[str]"
    notes: tuple[str, ...]


def read_expression(
    path: Path, response: pd.DataFrame | None, gene_ids: pd.DataFrame | None = None
) -> Expression:
    """Read expression of bulk lines in either orientation, see `gdsc.matrix.read_matrix`.

    The lines are the axis that the response table knows, the genes that of known genes. Lines named by an id are called as
    in the response table; those that it does not have are left out, since nobody could exclude them by name, and so are
    lines whose names become one under `line_key`.

    Parameters
    ----------
    response
        Response table, see `read_response_table`; None: the names of lines are taken as they are.
    gene_ids
        Columns identifier and symbol: names that go before those of the package's table.

    Raises
    ------
    InputError
        If the file is empty, not of numbers, or has no line of the response table.
    """
    lookup, known = index_lines(response), known_names([], gene_ids)
    matrix = _lines_by_genes(read_matrix(path, known), lookup, known)
    column, lines = _find_lines(matrix.rows, lookup)
    if response is not None and not lines.found.any():
        raise InputError(_none_known(path, matrix.rows, lookup))
    genes = _find_genes(matrix.columns, known)
    keys = pd.Index(["" if name is None else line_key(name) for name in lines.names])
    left_out = dict(_left_out(matrix.rows, keys))
    kept = ~np.logical_or.reduce(list(left_out.values()))
    named = matrix.columns[genes].to_numpy() != ""
    if not kept.any() or not named.any():
        raise InputError(f"{path}: no lines or no genes; it must be a table of lines and genes, both named")
    notes = list(_notes(matrix, lines, left_out, {column, genes}, int((~named).sum())))
    table = matrix.entries.loc[kept, named]
    return Expression(
        table.set_axis(keys[kept], axis=0).set_axis(
            pd.Index(matrix.columns[genes].to_numpy()[named]), axis=1
        ),
        pd.Index(matrix.rows[column].to_numpy()[kept]),
        tuple(f"{path.name}: {note}" for note in notes),
    )


def _lines_by_genes(matrix: Matrix, lookup: Lookup, known: Collection[str]) -> Matrix:
    """Return a matrix turned so that its rows are lines, without columns of numbers that are no expression."""
    upright = _line_share(matrix.rows, lookup) + _gene_share(matrix.columns, known)
    turned = _line_share(matrix.columns, lookup) + _gene_share(matrix.rows, known)
    names = matrix.columns.iloc[:, 0]
    if turned > upright:
        return matrix.without(np.array([annotates_genes(name) for name in names], bool)).turned()
    return matrix.without(np.array([annotates_cells(name, known) for name in names], bool))


def _line_share(names: pd.DataFrame, lookup: Lookup) -> float:
    return float(_find_lines(names, lookup)[1].found.mean())


def _gene_share(names: pd.DataFrame, known: Collection[str]) -> float:
    shares = _gene_shares(names, known)
    return shares[_naming_genes(shares)]


def _find_lines(names: pd.DataFrame, lookup: Lookup) -> tuple[str, LineNames]:
    """Return the column that names the most lines of the response table, the first among equals, and the lines."""
    found = {column: name_lines(list(names[column]), lookup) for column in _candidates(names)}
    best = max(found, key=lambda column: int(found[column].found.sum()))
    return best, found[best]


def _find_genes(names: pd.DataFrame, known: Collection[str]) -> str:
    """Return the column that names genes: the first, or one that clearly names more known ones."""
    candidates = _candidates(names)
    return candidates[0] if len(candidates) == 1 else _naming_genes(_gene_shares(names, known))


def _gene_shares(names: pd.DataFrame, known: Collection[str]) -> dict[str, float]:
    return {column: gene_share(names[column].tolist(), known) for column in _candidates(names)}


def _naming_genes(shares: Mapping[str, float]) -> str:
    return next(column for column, share in shares.items() if CLEARLY_MORE * share >= max(shares.values()))


def _candidates(names: pd.DataFrame) -> list[str]:
    """Return the columns that can name an axis: not the first where it only counts."""
    first, *others = names.columns
    return others if others and is_numbering(list(names[first])) else [first, *others]


def _none_known(path: Path, rows: pd.DataFrame, lookup: Lookup) -> str:
    columns = [rows[column] for column in _candidates(rows)]
    start, names = next(
        (start, names)
        for start in RENAME
        for names in columns
        if all(name.startswith(start) for name in names)
    )
    return (
        f"{path}: none of its lines ({some(names)}) is in the response table ({some(lookup[LINE].values())}); "
        f"{RENAME[start]}"
    )


def _left_out(rows: pd.DataFrame, keys: "pd.Index[str]") -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield why rows are left out, and which."""
    other = np.zeros(len(keys), bool)
    if DEFAULT_PROFILE in rows:
        other = ~rows[DEFAULT_PROFILE].str.lower().isin(YES).to_numpy(bool)
    nameless = ~other & (keys == "")
    kept = pd.Series(keys).where(~(other | nameless))
    yield f"further profiles of a line (not {DEFAULT_PROFILE})", other
    yield (
        "lines whose id the response table does not have, so that nobody could exclude them by name",
        nameless,
    )
    yield (
        "lines whose names are the same but for case and punctuation",
        (kept.duplicated(keep=False) & kept.notna()).to_numpy(),
    )


def _notes(
    matrix: Matrix,
    lines: LineNames,
    left_out: dict[str, NDArray[np.bool_]],
    names: set[str],
    nameless: int,
) -> Iterator[str]:
    if lines.column != LINE:
        of_all = f"{lines.found.sum()} of {len(lines.found)}"
        yield f"its lines are found by the response table's column {lines.column}, {of_all}."
    aside = [
        column for axis in (matrix.rows, matrix.columns) for column in axis.columns[1:] if column not in names
    ]
    if aside:
        more = f" and {len(aside) - 3} more" if len(aside) > 3 else ""
        yield f"columns that hold no expression: {some(aside)}{more}."
    for reason, rows in left_out.items():
        if rows.any():
            yield f"left out are {rows.sum()} {reason}."
    if nameless:
        yield f"left out are {nameless} genes without a name."
