"""What the rows and columns of a table of cells are: names, genes, cells, or annotations of either."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.cells.orientation import decide_orientation, gene_share, is_gene, is_numbering
from bulk2cell.errors import InputError
from bulk2cell.genes.ids import SYMBOL_COLUMNS
from bulk2cell.parameters import Orientation
from bulk2cell.printable import some
from bulk2cell.tables import MISSING

MOST_ROWS_ABOVE = 20  # annotations on top of the genes: published tables have one to five
EMBEDDING = re.compile(r"(umap|t-?sne|pca?|phate)[_ .-]?\d+", re.IGNORECASE)
LIKE_A_NUMBER = (
    r"[-+<>]?[\d.,' ]+([eE][-+]?\d+)?%?|[-+]?inf"  # 1,234 and 1.234,5 too: they are refused, not left out
)
NO_LETTERS = re.compile(r"[^a-z]+")
NO_SYMBOL = re.compile(r"[\s()%=]")  # no symbol of a gene has any of these

# A column or row of cells' metadata has one of these words in its name, if it is no known gene.
METADATA = re.compile(
    "age|annotation|barcode|batch|bmi|cells?|celltype|clone|cluster|condition|counts?|date|day|diagnosis|dose|doublet|donor|drug|"
    "fraction|gender|grade|group|id|individual|label|library|line|mito|ncount|nfeature|passage|patient|percent|phase|plate|"
    "pool|pseudotime|ratio|replicate|resistant|response|sample|score|sensitive|sex|size|species|stage|state|status|subject|"
    "subtype|sum|time|timepoint|tissue|total|treatment|type|umis?|weight|well"
)
# A column of annotations of genes has one of these names, whatever the case and punctuation.
GENE_ANNOTATION = re.compile(
    "chr|chrom|chromosome|chromosomename|seqnames?|start|startposition|genestart|end|stop|endposition|geneend|strand|"
    "(gene|transcript|exon|effective)?length|width|(gene)?(biotype|type|description)|entrez(gene)?(id)?|ncbigeneid|hgncid|"
    "(percentage)?gc(content)?|total(counts)?|(row)?sums?|(row)?means?"
)


@dataclass(frozen=True)
class TableRoles:
    """What is what in a table of cells.

    Attributes
    ----------
    names
        Position of the column that names the rows.
    aside
        For each column: whether it annotates the rows.
    symbols
        Position of a column of symbols beside that of the names, if it has no usual name.
    above
        Rows on top that annotate the cells of a table of genes x cells.
    notes
        What was guessed, one sentence each.
    """

    orientation: Orientation
    names: int
    aside: NDArray[np.bool_]
    symbols: int | None
    above: int
    notes: tuple[str, ...]


def find_roles(table: pd.DataFrame, declared: Orientation, known: Collection[str], path: Path) -> TableRoles:
    """Find out what the rows and columns of a table are, by its first rows.

    Parameters
    ----------
    table
        First rows; all columns, that of the names too.
    declared
        The declared orientation; auto: decide by the names.
    known
        Gene names.

    Raises
    ------
    InputError
        If no axis is named by genes, or a column of values has no name.
    """
    texts = np.array(
        [
            not is_gene(name, known) and is_text_column(table.iloc[:, column])
            for column, name in enumerate(table.columns)
        ]
    )
    texts[0] = True
    shares = {column: gene_share(_names(table, column), known) for column in np.flatnonzero(texts).tolist()}
    best = next(column for column, share in shares.items() if 2 * share >= max(shares.values()))
    found = decide_orientation(
        _names(table, best), [str(name) for name in table.columns[~texts]], declared, known, path
    )
    names = best if found == "genes-by-cells" else _cells_column(table, texts)
    aside = np.array(
        [
            texts[column]
            or (annotates_genes(name) if found == "genes-by-cells" else annotates_cells(name, known))
            for column, name in enumerate(table.columns)
        ]
    )
    aside[names] = False
    if aside.sum() + 1 == len(aside):
        raise InputError(f"{path}: no column of numbers beside its names; give a table of cells and genes")
    unnamed = np.flatnonzero((table.columns == "") & ~aside & (np.arange(len(aside)) != names))
    if len(unnamed):
        raise InputError(f"{path}: column {unnamed[0] + 1} has values and no name; name it in the first line")
    above, symbols = 0, None
    if found == "genes-by-cells":
        above = _rows_above(_names(table, names), known)
        if not set(SYMBOL_COLUMNS) & set(table.columns[aside]):
            symbols = next(
                (column for column, share in shares.items() if column != best and 2 * share >= shares[best]),
                None,
            )
    return TableRoles(found, names, aside, symbols, above, _notes(table, found, names, aside, above, path))


def _names(table: pd.DataFrame, column: int) -> list[str]:
    return [str(name) for name in table.iloc[:, column]]


def is_text_column(column: "pd.Series[Any]") -> bool:
    """Return whether most of what stands in a column is text; the rest are mistakes in a column of numbers."""
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        return False
    texts = column.astype(object).map(str).str.strip()
    there = texts[~texts.str.lower().isin(MISSING)]
    return bool((~there.str.fullmatch(LIKE_A_NUMBER)).mean() > 0.5)


def _cells_column(table: pd.DataFrame, texts: NDArray[np.bool_]) -> int:
    """Return the first column, or the first whose texts all differ if that numbers the rows or repeats itself."""
    first = _names(table, 0)
    if is_numbering(first) or len(set(first)) < len(first):
        for column in np.flatnonzero(texts)[1:].tolist():
            if table.iloc[:, column].is_unique and len(table) > 1:
                return int(column)
    return 0


def annotates_genes(name: str) -> bool:
    """Return whether a column of this name annotates genes: Length, chr, description."""
    return GENE_ANNOTATION.fullmatch("".join(_words(name))) is not None


def annotates_cells(name: str, known: Collection[str]) -> bool:
    """Return whether a column of this name, if it is no known gene, annotates cells: age, cell_type, UMAP_1."""
    if is_gene(name, known):
        return False
    return (
        name[:1].islower()
        or annotates_genes(name)
        or any(map(METADATA.fullmatch, _words(name)))
        or EMBEDDING.fullmatch(name) is not None
        or NO_SYMBOL.search(name) is not None
    )


def _words(name: str) -> list[str]:
    return NO_LETTERS.split(name.lower())


def _rows_above(names: list[str], known: Collection[str]) -> int:
    """Return how many rows on top are named like metadata of cells, before the first that is not."""
    above = next((row for row, name in enumerate(names) if not annotates_cells(name, known)), 0)
    return above if above <= MOST_ROWS_ABOVE else 0


def _notes(
    table: pd.DataFrame, found: Orientation, names: int, aside: NDArray[np.bool_], above: int, path: Path
) -> tuple[str, ...]:
    what, axis = ("genes", "cells") if found == "genes-by-cells" else ("cells", "genes")
    notes = []
    if names:
        column = table.columns[names] or f"number {names + 1}"
        notes.append(f"{path.name}: its {what} are named by column {column}, not by the first.")
    columns = [name for name in table.columns[aside] if name]
    if columns:
        notes.append(
            f"{path.name}: columns read as annotation of the {what}, not as {axis}: {_list(columns)}."
        )
    if above:
        rows = _list(_names(table.iloc[:above], names))
        notes.append(f"{path.name}: rows on top read as annotation of the cells, not as genes: {rows}.")
    return tuple(notes)


def _list(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{some(names)}{more}"
