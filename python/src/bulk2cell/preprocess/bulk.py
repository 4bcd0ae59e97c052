"""Bulk lines on the natural log scale and with current gene symbols."""

from dataclasses import dataclass
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd

from bulk2cell.cells.scale import LARGEST_LOG, Place, check_finite
from bulk2cell.errors import InputError
from bulk2cell.gdsc.expression import read_expression
from bulk2cell.genes.names import Identifiers, highest_repeats, to_symbols


@dataclass(frozen=True)
class Bulk:
    """Bulk lines.

    Attributes
    ----------
    expression
        Lines x symbols, natural log, float32; sorted by line key and symbol.
    identifiers
        Kind of gene names in the file.
    names
        Gene names of the file.
    notes
        What was decided in reading and a person should know, one sentence each.
    """

    expression: ad.AnnData
    identifiers: Identifiers
    names: "pd.Index[str]"
    notes: tuple[str, ...]


def load_bulk(path: Path, gene_ids: pd.DataFrame | None, response: pd.DataFrame | None = None) -> Bulk:
    """Read expression of bulk lines, log2, and turn it into natural log.

    Of repeated symbols the one with the highest mean stays.

    Parameters
    ----------
    path
        Expression of lines in either orientation, log2, see `gdsc.expression.read_expression`.
    gene_ids
        Columns identifier and symbol: names that go before those of the package's table.
    response
        Response table, whose lines these are; None: their names are taken as they are.

    Raises
    ------
    InputError
        If the file is empty, not of numbers, or not log2, or has no line of the response table.
    """
    read = read_expression(path, response, gene_ids)
    names = pd.Index(read.table.columns.astype(str))
    with np.errstate(over="ignore"):
        X = read.table.to_numpy(np.float32)
    check_log2(X, Place(path, read.given, names))
    naming = to_symbols(names, gene_ids, path)
    order = np.argsort(read.table.index)
    X = X[order]
    codes, symbols = pd.factorize(naming.symbols, sort=True)
    best = highest_repeats(codes, names, X.mean(axis=0, dtype=np.float64))
    expression = ad.AnnData(
        np.ascontiguousarray(X[:, best] * np.float32(np.log(2))),
        obs=pd.DataFrame(index=read.table.index[order]),
        var=pd.DataFrame(index=symbols),
    )
    notes = (*read.notes, *(f"{path.name}: {note}" for note in naming.notes))
    return Bulk(expression, naming.identifiers, names, notes)


def check_log2(X: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", where: Place) -> None:
    """Check that values can be log2.

    Raises
    ------
    InputError
        If one is missing, infinite or negative, or they are too large.
    """
    check_finite(X, where)
    if X.min() < 0:
        raise InputError(
            f"{where.first(X, lambda values: values < 0)} is negative for log2 expression; give log2 RMA, or log2(x + 1) of "
            "TPM or counts per million, not centred or standardised"
        )
    if X.max() >= LARGEST_LOG:
        what = "raw counts" if (np.rint(X) == X).all() else "TPM, FPKM or another linear scale"
        raise InputError(
            f"{where.first(X, lambda values: values >= LARGEST_LOG)} is too large for log2 expression: the values look like "
            f"{what}; give log2(x + 1) of {'counts per million' if what == 'raw counts' else 'them'}"
        )
