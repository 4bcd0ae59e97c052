"""Find the axis of a table that holds the genes."""

from collections.abc import Collection
from pathlib import Path

from bulk2cell.cells.cell_file import CellFile
from bulk2cell.errors import InputError
from bulk2cell.genes.ids import ENSEMBL
from bulk2cell.parameters import Orientation
from bulk2cell.printable import some

FEWEST_GENES = 0.01
NAMES_TO_LOOK_AT = 1000


def decide_orientation(
    rows: Collection[str], columns: Collection[str], declared: Orientation, known: Collection[str], path: Path
) -> Orientation:
    """Return the orientation of a table whose rows and columns have these names.

    The axis with the larger share of names that are known genes or Ensembl ids holds the genes. If no name is known, the
    declared orientation is taken.

    Parameters
    ----------
    declared
        The declared orientation; auto: decide by the names.
    known
        Symbols and other gene names.

    Raises
    ------
    InputError
        If neither axis is named by genes, or the declared one is the wrong one.
    """
    if not known and declared != "auto":
        return declared
    in_rows, in_columns = gene_share(rows, known), gene_share(columns, known)
    if max(in_rows, in_columns) < FEWEST_GENES:
        raise InputError(
            f"{path}: neither its rows ({some(rows)}) nor its columns ({some(columns)}) are named by known genes; "
            "use gene symbols or Ensembl ids; other ids need --gene-ids"
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
    """Return the share of names that are known genes or Ensembl gene ids."""
    hits = sum(name in known or ENSEMBL.fullmatch(name) is not None for name in names)
    return hits / max(len(names), 1)


def refuse_transposed(file: CellFile, known: Collection[str]) -> None:
    """Raise if the cells of an AnnData are named by genes.

    Raises
    ------
    InputError
        With names of both.
    """
    cells, genes = file.names(0, NAMES_TO_LOOK_AT), file.var.index[:NAMES_TO_LOOK_AT]
    if known and gene_share(cells, known) > 1 / 2 and gene_share(genes, known) < FEWEST_GENES:
        raise InputError(
            f"{file.path}: its cells ({some(cells)}) are named by genes, its genes ({some(genes)}) are not; write the "
            "transposed AnnData, adata.T"
        )
