"""Find the axis of a table that holds the genes."""

from collections.abc import Collection
from pathlib import Path

from bulk2cell.cells.cell_file import CellFile
from bulk2cell.errors import InputError
from bulk2cell.genes.clean import plain_forms
from bulk2cell.genes.ids import ENSEMBL
from bulk2cell.parameters import Orientation
from bulk2cell.printable import some

FEWEST_GENES = 0.01
# The axis of the genes has to have this many times the other's share of known names: cells named as wells (C3, F2) are
# known genes at times, while a table of genes x genes has about the same share on both.
CLEARLY_MORE = 2
FEWEST_NUMBERED = 3  # names 1 and 2 alone may be Entrez ids
NAMES_TO_LOOK_AT = 1000
TRANSPOSED_GENES = 0.05  # of all genes a model of variable genes knows more; barcodes are none


def decide_orientation(
    rows: Collection[str], columns: Collection[str], declared: Orientation, known: Collection[str], path: Path
) -> Orientation:
    """Return the orientation of a table whose rows and columns have these names.

    The axis with the larger share of names that are known genes or Ensembl ids holds the genes; names that only count are
    no genes. If no name is known, the declared orientation is taken.

    Parameters
    ----------
    declared
        The declared orientation; auto: decide by the names.
    known
        Symbols and other gene names.

    Raises
    ------
    InputError
        If neither axis is named by genes, both are, or the declared one is the wrong one.
    """
    if not known and declared != "auto":
        return declared
    in_rows, in_columns = gene_share(rows, known), gene_share(columns, known)
    if max(in_rows, in_columns) < FEWEST_GENES:
        raise InputError(
            f"{path}: neither its rows ({some(rows)}) nor its columns ({some(columns)}) are named by known genes; "
            "use gene symbols or Ensembl ids; other ids need --gene-ids"
        )
    if max(in_rows, in_columns) < CLEARLY_MORE * min(in_rows, in_columns):
        if declared != "auto":
            return declared
        raise InputError(
            f"{path}: both its rows ({some(rows)}) and its columns ({some(columns)}) are named by known genes; say which "
            "are the genes by --orientation"
        )
    found: Orientation = "genes-by-cells" if in_rows > in_columns else "cells-by-genes"
    if declared not in ("auto", found):
        axis, names = ("rows", rows) if found == "genes-by-cells" else ("columns", columns)
        raise InputError(
            f"{path}: declared {declared}, but its {axis} ({some(names)}) are named by genes; "
            f"give --orientation {found}, or leave it out"
        )
    return found


def gene_share(names: Collection[str], known: Collection[str]) -> float:
    """Return the share of names that are known genes or Ensembl gene ids; 0 if they count rows or columns."""
    if is_numbering(names):
        return 0.0
    return sum(is_gene(name, known) for name in names) / max(len(names), 1)


def is_gene(name: str, known: Collection[str]) -> bool:
    """Tell whether a name is a known gene or an Ensembl gene id, as it is or as it was before a tool changed it."""
    if name in known or (name.startswith("ENS") and ENSEMBL.fullmatch(name)):
        return True
    return any(form in known for form in plain_forms(name) if not form.isdigit())  # cell|12 is no Entrez id


def is_numbering(names: Collection[str]) -> bool:
    """Return whether names are 0, 1, 2, ... or 1, 2, 3, ...: those of rows or cells, though some are Entrez ids."""
    first = next(iter(names), "")
    if len(names) < FEWEST_NUMBERED or first not in ("0", "1"):
        return False
    return all(name == str(number) for number, name in enumerate(names, start=int(first)))


def refuse_transposed(file: CellFile, known: Collection[str]) -> None:
    """Raise if the cells of an AnnData are named by genes.

    Raises
    ------
    InputError
        With names of both.
    """
    cells, genes = file.names(0, NAMES_TO_LOOK_AT), file.var.index[:NAMES_TO_LOOK_AT]
    if known and gene_share(genes, known) < FEWEST_GENES and gene_share(cells, known) > TRANSPOSED_GENES:
        raise InputError(
            f"{file.path}: its cells ({some(cells)}) are named by genes, its genes ({some(genes)}) are not; write the "
            "transposed AnnData, adata.T"
        )
