"""Bulk lines on the natural log scale and with current gene symbols."""

from dataclasses import dataclass
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd

from bulk2cell.cells.scale import LARGEST_LOG, Place, check_finite
from bulk2cell.errors import InputError
from bulk2cell.gdsc.lines import line_key, read_expression
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
    """

    expression: ad.AnnData
    identifiers: Identifiers
    names: "pd.Index[str]"


def load_bulk(path: Path, gene_ids: pd.DataFrame | None) -> Bulk:
    """Read expression of bulk lines, log2, and turn it into natural log.

    Lines whose names become one under `line_key` are dropped. Of repeated symbols the one with the highest mean
    stays.

    Parameters
    ----------
    path
        Lines x genes, log2; the first column, or the index, names the lines.
    gene_ids
        Columns identifier and symbol: names that go before those of the package's table.

    Raises
    ------
    InputError
        If the table is empty, not of numbers, or not log2.
    """
    table = read_expression(path)
    keys = pd.Index([line_key(str(name)) for name in table.index])
    names = pd.Index(table.columns.astype(str))
    with np.errstate(over="ignore"):
        X = table.to_numpy(np.float32)
    check_log2(X, Place(path, pd.Index(table.index.astype(str)), names))
    naming = to_symbols(names, gene_ids, path)
    unique = ~keys.duplicated(keep=False)
    order = np.argsort(keys[unique])
    X = X[unique][order]
    codes, symbols = pd.factorize(naming.symbols, sort=True)
    best = highest_repeats(codes, names, X.mean(axis=0, dtype=np.float64))
    expression = ad.AnnData(
        np.ascontiguousarray(X[:, best] * np.float32(np.log(2))),
        obs=pd.DataFrame(index=keys[unique][order]),
        var=pd.DataFrame(index=symbols),
    )
    return Bulk(expression, naming.identifiers, names)


def check_log2(X: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", where: Place) -> None:
    """Check that values can be log2.

    Raises
    ------
    InputError
        If one is missing, infinite or negative, or they are too large.
    """
    check_finite(X, where)
    for wrong, what in ((X < 0, "negative"), (X >= LARGEST_LOG, "too large")):
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise InputError(
                f"{where.path}: {where.samples[row]}, gene {where.genes[column]}: {X[row, column]:g} is {what} for log2 "
                "expression; give log2 RMA, or log2(x + 1) of counts or TPM"
            )
