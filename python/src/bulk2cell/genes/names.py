"""One current symbol per gene, whatever its name in the file."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.errors import InputError
from bulk2cell.genes.clean import OTHER_ENSEMBL, OTHER_SPECIES
from bulk2cell.genes.ids import ENSEMBL, SYMBOL_COLUMNS
from bulk2cell.genes.known import known_names
from bulk2cell.genes.read_names import ABSENT, OTHER_CASE, Read, are_row_numbers, read_names
from bulk2cell.printable import some

Identifiers = Literal["symbol", "ensembl", "entrez"]
INDEX = "index"
MAP_FIRST = "human genes are needed: map them to their human orthologs first"


@dataclass(frozen=True)
class Naming:
    """Gene names of a file and their current symbols.

    Attributes
    ----------
    symbols
        Current symbol per gene of the file; names that no table knows stay as they are.
    identifiers
        Kind of names in the file.
    column
        Where they stand: index, or a column of var.
    notes
        What a person should know of them, one sentence each.
    """

    symbols: "pd.Index[str]"
    identifiers: Identifiers
    column: str = INDEX
    notes: tuple[str, ...] = ()


def kind_of(names: "pd.Index[str]") -> Identifiers:
    """Return the kind of most of the names."""
    texts = names.tolist()
    if sum(ENSEMBL.match(name) is not None for name in texts if name.startswith("ENS")) > len(texts) / 2:
        return "ensembl"
    return "entrez" if sum(map(str.isdigit, texts)) > len(texts) / 2 else "symbol"


def name_genes(var: pd.DataFrame, wanted: "pd.Index[str]", known: Mapping[str, str], path: Path) -> Naming:
    """Give the genes of a file of cells their current symbols.

    The index and every column of text are read as names of genes; the one that names most of the wanted genes is taken, and
    where it names no known gene the others are asked.

    Parameters
    ----------
    var
        One row per gene.
    wanted
        Symbols of the genes that the cells should have: the model's or the bulk lines'.
    known
        Symbol of every known name, see `genes.known`.
    path
        The file, for the message.

    Raises
    ------
    InputError
        If the genes are numbered or of another species, or none is known.
    """
    columns, goal = text_columns(var), set(wanted)
    read = {INDEX: read_names(columns[INDEX], known, wanted)}
    numbered = are_row_numbers(columns[INDEX], read[INDEX])
    if numbered or not goal or not goal.issubset(read[INDEX].symbols):  # else no column can add a gene
        read |= {name: read_names(names, known, wanted) for name, names in columns.items() if name != INDEX}
    usable = {column: found for column, found in read.items() if not are_row_numbers(columns[column], found)}
    if not usable:
        raise InputError(
            f"{path}: its genes are numbered, not named ({some(columns[INDEX])}); name them in the index of var or in a "
            f"column such as {SYMBOL_COLUMNS[0]}"
        )
    counts = {column: len(goal.intersection(found.symbols)) for column, found in usable.items()}
    kinds = {column: kind_of(columns[column]) for column in counts}
    best = max(counts, key=lambda column: (counts[column], kinds[column] != "entrez"))
    refuse_other_species(columns[best], usable[best], wanted, path)
    if len(wanted) and not counts[best] and kinds[best] != "symbol":
        asked = "; ".join(f"{column}: {some(names)}" for column, names in columns.items())
        raise InputError(
            f"{path}: none of its genes is known ({asked}); name them by symbols, Ensembl or Entrez ids of human genes, or "
            "give preprocess a table of their names by --gene-ids"
        )
    symbols = usable[best].symbols.copy()
    for column, found in usable.items():
        if column != best:
            fill(symbols, found.symbols)
    names = columns[best].where(~columns[best].isin(ABSENT), columns[INDEX])
    unknown = np.array([symbol is None for symbol in symbols], bool)
    symbols[unknown] = names.to_numpy(dtype=object)[unknown]
    notes = [] if best == INDEX else [of_column(best, counts, len(wanted))]
    notes += of_names(usable[best], known, names[unknown])
    return Naming(pd.Index(symbols), kinds[best], best, tuple(notes))


def to_symbols(
    names: "pd.Index[str]", gene_ids: pd.DataFrame | None, path: Path, wanted: Collection[str] = ()
) -> Naming:
    """Map gene names to current symbols; names that no table knows stay as they are.

    Parameters
    ----------
    names
        Gene names of a file.
    gene_ids
        Columns identifier and symbol: names that go before those of the package's table.
    path
        The file, for the message.
    wanted
        Symbols of the genes that it should have, if they are known.

    Raises
    ------
    InputError
        If the names are Ensembl or Entrez ids and none is known.
    """
    known = known_names(wanted, gene_ids)
    found = read_names(names, known, wanted)
    kind = kind_of(names)
    if kind != "symbol" and (are_row_numbers(names, found) or not any(found.symbols)):
        raise InputError(
            f"{path}: genes are named by numbers or ids that no table knows ({some(names)}); name them by symbols, Ensembl "
            "or Entrez ids of human genes, or give --gene-ids, a table of their names"
        )
    symbols = [name if symbol is None else symbol for name, symbol in zip(names, found.symbols, strict=True)]
    return Naming(pd.Index(symbols), kind, notes=tuple(of_names(found, known, names)))


def text_columns(var: pd.DataFrame) -> "dict[str, pd.Index[str]]":
    """Return the index and the columns of text, the usual ones first."""
    usual = [column for column in SYMBOL_COLUMNS if column in var]
    others = [column for column in var if column not in usual]
    return {INDEX: pd.Index(var.index.astype(str))} | {
        str(column): pd.Index(var[column].astype(object).map(str))
        for column in [*usual, *others]
        if is_text(var[column])
    }


def is_text(column: "pd.Series[Any]") -> bool:
    """Tell whether a column holds text, plain or by categories."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return is_text(pd.Series(column.cat.categories))
    return pd.api.types.is_string_dtype(column.dtype) or column.dtype == object


def fill(symbols: NDArray[np.object_], others: NDArray[np.object_]) -> None:
    """Give genes without a symbol that of another column, unless a gene of the file has it already."""
    present = set(symbols)
    for place in np.flatnonzero((symbols == None) & (others != None)):  # noqa: E711, entry by entry
        if others[place] not in present:
            symbols[place] = others[place]


def refuse_other_species(names: "pd.Index[str]", found: Read, wanted: Collection[str], path: Path) -> None:
    """Raise if the genes are those of another species.

    Raises
    ------
    InputError
        With some of them.
    """
    human = set(found.symbols) & set(wanted)
    if len(human) > len(wanted) / 2:
        return
    strange = [name for name in names if OTHER_ENSEMBL.match(name) or OTHER_SPECIES.match(name)]
    if len(strange) > max(len(human), len(names) / 2):
        raise InputError(f"{path}: its genes are of another species ({some(strange)}); {MAP_FIRST}")
    upper = {symbol.upper() for symbol in wanted}
    written = [
        name for name in names if name not in human and OTHER_CASE.fullmatch(name) and name.upper() in upper
    ]
    if sum(name.upper() not in human for name in written) > len(human):
        raise InputError(
            f"{path}: its genes are written as those of a mouse or another species ({some(written)}); {MAP_FIRST}"
        )


def of_column(best: str, counts: Mapping[str, int], wanted: int) -> str:
    """Return what a person should know of the column that was taken."""
    index = f", the index {counts[INDEX]}" if INDEX in counts else "; the index holds numbers of rows"
    return f"Genes are named by the column {best} of var: it names {counts[best]} of {wanted} wanted genes{index}."


def of_names(found: Read, known: Mapping[str, str], lost: Collection[str]) -> list[str]:
    """Return what a person should know of names that were cleaned, and of dates."""
    notes = []
    if found.cleaned:
        name, symbol = next(iter(found.cleaned.items()))
        notes.append(
            f"Names of genes that were mended: {len(found.cleaned)}, such as {name}, read as {symbol}."
        )
    if found.dates:
        notes.append(
            f"Genes that are lost because a spreadsheet made dates of their names: {len(found.dates)} ({some(found.dates)})."
        )
    return notes


def highest_repeats(
    codes: NDArray[np.intp], names: "pd.Index[str]", means: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return, for each symbol in the order of its code, the gene with the highest mean.

    Parameters
    ----------
    codes
        Code of each gene's symbol.
    names
        Names in the file; they break ties.
    means
        Mean expression of each gene.
    """
    order = np.lexsort((names.to_numpy(), -means.round(6), codes))
    return np.asarray(order[np.unique(codes[order], return_index=True)[1]])
