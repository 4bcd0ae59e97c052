"""One current symbol per gene, whatever its name in the file."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.errors import InputError
from bulk2cell.genes.clean import OTHER_ENSEMBL, OTHER_SPECIES, former_of_date, is_only_marked, plain_forms
from bulk2cell.genes.ids import ENSEMBL, SYMBOL_COLUMNS
from bulk2cell.genes.known import known_names
from bulk2cell.printable import some

Identifiers = Literal["symbol", "ensembl", "entrez"]
INDEX = "index"
CHANGED_ALNUM = ("X", "ENSGR")  # of letters and digits alone R and Ensembl make only such of other names
FEWEST_ENTREZ = 0.5  # of Entrez ids of human genes HGNC knows nine in ten, of 0 to 20,000 it knows four
ABSENT = frozenset(("", "nan", "NaN", "NA", "None", "<NA>", "null", "-", "---"))
IDENTIFIER = re.compile(r"\d+|ENSG\d+")
OTHER_CASE = re.compile(
    r"[A-Z][a-z0-9.-]*[a-z][a-z0-9.-]*|[^A-Z]*"
)  # Trp53, trp53: not how human genes are written
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


@dataclass(frozen=True)
class Read:
    """What a column says: the symbol of each gene, None where it is unknown; names that were cleaned, and lost dates."""

    symbols: NDArray[np.object_]
    cleaned: dict[str, str]
    dates: list[str]


def kind_of(names: "pd.Index[str]") -> Identifiers:
    """Return the kind of most of the names."""
    if sum(name.startswith("ENS") and ENSEMBL.match(name) is not None for name in names) > len(names) / 2:
        return "ensembl"
    return "entrez" if sum(name.isdigit() for name in names) > len(names) / 2 else "symbol"


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
    columns = text_columns(var)
    read = {INDEX: read_names(columns[INDEX], known, wanted)}
    numbered = are_row_numbers(columns[INDEX], read[INDEX])
    if (
        numbered or not len(wanted) or not set(wanted) <= set(read[INDEX].symbols)
    ):  # else no column can add a gene
        read |= {name: read_names(names, known, wanted) for name, names in columns.items() if name != INDEX}
    usable = {column: found for column, found in read.items() if not are_row_numbers(columns[column], found)}
    if not usable:
        raise InputError(
            f"{path}: its genes are numbered, not named ({some(columns[INDEX])}); name them in the index of var or in a "
            f"column such as {SYMBOL_COLUMNS[0]}"
        )
    counts = {column: len(set(found.symbols) & set(wanted)) for column, found in usable.items()}
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
    for found in usable.values():
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


def read_names(names: "pd.Index[str]", known: Mapping[str, str], wanted: Collection[str]) -> Read:
    """Read the symbols of names: as they are if they are known, else as they were before they were changed.

    An old name of a gene that the file calls by its current symbol, too, is another gene there, and stays unknown.
    """
    codes, names = pd.factorize(names)
    present, goal = set(names), set(wanted)
    symbols: list[str | None] = [known.get(name) for name in names]
    cleaned: dict[str, str] = {}
    dates: list[str] = []
    for place, (name, symbol) in enumerate(zip(names, symbols, strict=True)):
        if symbol is None and name.isalnum() and not name.startswith(CHANGED_ALNUM):
            continue
        if symbol is None:
            formers = former_of_date(name)
            found = meant_by(formers, known) if formers else likeliest(name, known, goal)
            if found is not None:
                symbols[place] = known[found]
                if formers or not is_only_marked(name, found):
                    cleaned[name] = known[found]
            elif formers:
                dates.append(name)
        elif symbol != name and symbol in present and not IDENTIFIER.fullmatch(name):
            symbols[place] = None
    unknown = [name for name, symbol in zip(names, symbols, strict=True) if symbol is None]
    of_case = in_another_case(unknown, present, goal, sum(symbol in goal for symbol in symbols))
    symbols = [of_case.get(name, symbol) for name, symbol in zip(names, symbols, strict=True)]
    return Read(np.array(symbols, dtype=object)[codes], cleaned | of_case, dates)


def meant_by(formers: Collection[str], known: Mapping[str, str]) -> str | None:
    """Return the one of these names that is known, unless they stand for several genes."""
    found = [former for former in formers if former in known]
    return found[0] if len({known[former] for former in found}) == 1 else None


def likeliest(name: str, known: Mapping[str, str], goal: Collection[str]) -> str | None:
    """Return the known name that a name may have been, one of a wanted gene first."""
    if name in ABSENT or OTHER_SPECIES.match(name):
        return None
    forms = [form for form in plain_forms(name) if form in known]
    return next((form for form in forms if known[form] in goal), forms[0] if forms else None)


def in_another_case(
    unknown: Collection[str], present: set[str], goal: set[str], exact: int
) -> dict[str, str]:
    """Return the wanted genes that unknown names are in another letter case.

    Names that are not in capitals may be another species': a few among `exact` human ones are not taken, and such as Trp53
    never.
    """
    case = {symbol.upper(): symbol for symbol in goal - present}
    found = {name: case[name.upper()] for name in unknown if name.upper() in case}
    strange = [name for name in found if OTHER_CASE.fullmatch(name)]
    taken = len(strange) > exact and all(name == name.lower() for name in strange)
    return {name: symbol for name, symbol in found.items() if taken or not OTHER_CASE.fullmatch(name)}


def fill(symbols: NDArray[np.object_], others: NDArray[np.object_]) -> None:
    """Give genes without a symbol that of another column, unless a gene of the file has it already."""
    present = set(symbols)
    for place in np.flatnonzero(symbols == None):  # noqa: E711, entry by entry
        if others[place] is not None and others[place] not in present:
            symbols[place] = others[place]


def are_row_numbers(names: "pd.Index[str]", found: Read) -> bool:
    """Tell whether names are the numbers of rows: 0, 1, 2 or 1, 2, 3 and so on, or numbers that are mostly no Entrez ids."""
    if not all(name.isdecimal() for name in names):
        return False
    numbers = [int(name) for name in names]
    if len(numbers) > 1 and numbers in (list(range(len(numbers))), list(range(1, len(numbers) + 1))):
        return True
    return sum(symbol is not None for symbol in found.symbols) < FEWEST_ENTREZ * len(numbers)


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
