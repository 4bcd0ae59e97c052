"""One current symbol per gene, whatever its name in the file."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.errors import InputError
from bulk2cell.genes.ids import ENSEMBL, SYMBOL_COLUMNS
from bulk2cell.printable import some

Identifiers = Literal["symbol", "ensembl", "entrez"]
INDEX = "index"


@dataclass(frozen=True)
class Naming:
    """Gene names of a file and their current symbols.

    Attributes
    ----------
    symbols
        Current symbol per gene of the file; names that the table does not know stay as they are.
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
    if sum(ENSEMBL.fullmatch(name) is not None for name in names) > len(names) / 2:
        return "ensembl"
    return "entrez" if sum(name.isdigit() for name in names) > len(names) / 2 else "symbol"


def name_genes(
    var: pd.DataFrame, wanted: "pd.Index[str]", gene_ids: pd.DataFrame | None, path: Path
) -> Naming:
    """Give the genes of a file of cells their current symbols.

    Names are those of the index, or of a column of symbols where no table knows the ids in the index.

    Parameters
    ----------
    var
        One row per gene; one of the columns SYMBOL_COLUMNS may hold symbols.
    wanted
        Symbols of the genes that the cells should have: the model's or the bulk lines'.
    gene_ids
        Columns identifier and symbol, if there is such a table.
    path
        The file, for the message.

    Raises
    ------
    InputError
        See `to_symbols`.
    """
    names: pd.Index[str] = var.index.astype(str)
    column = next((name for name in SYMBOL_COLUMNS if name in var), None)
    unknown = gene_ids is None or not names.isin(gene_ids["identifier"]).any()
    if unknown and column is not None and kind_of(names) != "symbol":
        return replace(to_symbols(pd.Index(var[column].astype(str)), gene_ids, path), column=column)
    return to_symbols(names, gene_ids, path)


def to_symbols(names: "pd.Index[str]", gene_ids: pd.DataFrame | None, path: Path) -> Naming:
    """Map gene names to current symbols.

    Versions of Ensembl ids are cut off. Names that the table does not know stay as they are, and so do all
    symbols where there is no table.

    Parameters
    ----------
    names
        Gene names of a file.
    gene_ids
        Columns identifier and symbol, see `genes.ids.read_gene_ids`.
    path
        The file, for the message.

    Raises
    ------
    InputError
        If the names are Ensembl or Entrez ids and there is no table.
    """
    kind = kind_of(names)
    if gene_ids is None:
        if kind != "symbol":
            raise InputError(
                f"{path}: genes are named by {kind.capitalize()} ids ({some(names)}); give --gene-ids, a table that "
                "names their symbols (`bulk2cell fetch gene_ids`)"
            )
        return Naming(names, kind)
    mapping = dict(zip(gene_ids["identifier"], gene_ids["symbol"], strict=True))
    bare = [name.split(".")[0] if ENSEMBL.fullmatch(name) else name for name in names]
    symbols = pd.Index([mapping.get(name, name) for name in bare])
    return Naming(symbols, kind)


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
