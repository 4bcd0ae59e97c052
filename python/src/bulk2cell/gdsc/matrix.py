"""A matrix of bulk expression from a table or an h5ad, whichever way it lies, with everything that may name its axes."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.cells.kinds import kind_of_cells
from bulk2cell.cells.table_roles import is_text_column
from bulk2cell.errors import InputError
from bulk2cell.genes.ids import ENSEMBL
from bulk2cell.tables import as_text, numbers, read_table

HDF5 = b"\x89HDF"
INDEX = ""  # name of the column of an axis that holds its index, unless that has one of its own


@dataclass(frozen=True)
class Matrix:
    """Numbers and the names of their rows and columns.

    Attributes
    ----------
    entries
        Numbers, rows x columns.
    rows, columns
        Texts that may name rows and columns, empty where nothing stands: the index first, then annotations.
    """

    entries: pd.DataFrame
    rows: pd.DataFrame
    columns: pd.DataFrame

    def turned(self) -> "Matrix":
        """Return the transposed matrix."""
        return Matrix(self.entries.T, self.columns, self.rows)

    def without(self, aside: NDArray[np.bool_]) -> "Matrix":
        """Return the matrix with some of its columns as annotations of its rows."""
        rows = _with(self.rows, self.entries.loc[:, aside].set_axis(self.columns.iloc[:, 0][aside], axis=1))
        return Matrix(self.entries.loc[:, ~aside], rows, self.columns[~aside])


def read_matrix(path: Path, known: Collection[str]) -> Matrix:
    """Read a table (parquet, text, gct, xlsx) or the X of an h5ad.

    Columns of text annotate the rows, unless they are called as a known gene.

    Parameters
    ----------
    known
        Names of genes.

    Raises
    ------
    InputError
        If the file is missing, empty or damaged, or a value is not a number.
    """
    if path.is_file() and _starts_as_hdf5(path):
        return _read_h5ad(path)
    table = read_table(path, index=True)
    if table.empty:
        raise InputError(f"{path}: no lines or no genes; it must be a table of lines and genes, both named")
    names = [as_text(name) for name in table.columns]
    odd = np.array([kind.kind not in "iuf" for kind in table.dtypes], bool)
    aside = odd.copy()
    for place in np.flatnonzero(odd).tolist():
        is_a_gene = names[place] in known or ENSEMBL.fullmatch(names[place])
        aside[place] = not is_a_gene and is_text_column(table.iloc[:, place])
    rows = _with(
        pd.DataFrame({str(table.index.name or INDEX): _texts(pd.Series(table.index))}),
        table.loc[:, aside].set_axis([name for name, text in zip(names, aside, strict=True) if text], axis=1),
    )
    values = table.loc[:, ~aside]
    for place in np.flatnonzero(odd[~aside]).tolist():
        column = numbers(values.iloc[:, place], lambda row: str(table.index[row]), path)
        values.isetitem(place, column.to_numpy())
    columns = pd.DataFrame({INDEX: np.array(names, dtype=object)[~aside]})
    return Matrix(values, rows, columns)


def _read_h5ad(path: Path) -> Matrix:
    if (kind := kind_of_cells(path)) != "h5ad":
        raise InputError(f"{path}: this is {kind}; give expression of lines as h5ad or as a table")
    try:
        data = ad.read_h5ad(path)
        values = data.to_df()
    except Exception as error:
        raise InputError(f"{path}: cannot be read as h5ad ({error}); write it again") from error
    axes = [
        _with(pd.DataFrame({INDEX: _texts(pd.Series(axis.index))}), axis.reset_index(drop=True))
        for axis in (data.obs, data.var)
    ]
    return Matrix(values, *axes)


def _starts_as_hdf5(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(HDF5)) == HDF5


def _with(names: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Return names of an axis with more columns, the first of each name."""
    texts = {
        str(name): _texts(more.iloc[:, place]).to_numpy()
        for place, name in reversed([*enumerate(more.columns)])
    }
    own = [name for name in texts if name not in names]
    return names.assign(**{name: texts[name] for name in reversed(own)})


def _texts(column: "pd.Series[Any]") -> "pd.Series[str]":
    """Return a column as text, empty where nothing stands."""
    return column.astype(object).map(lambda value: "" if pd.isna(value) else as_text(value).strip())
