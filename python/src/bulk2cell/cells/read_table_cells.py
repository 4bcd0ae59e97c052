"""Read cells from a csv, tsv or parquet table in either orientation."""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.cells.cell_file import NOTES
from bulk2cell.cells.table_roles import TableRoles, find_roles
from bulk2cell.errors import InputError
from bulk2cell.parameters import Orientation
from bulk2cell.tables import as_text
from bulk2cell.text_table import SEPARATORS, open_rows

VALUES_PER_CHUNK = 20_000_000
FEWEST_ROWS_PER_CHUNK = 500


def read_table_cells(
    path: Path, orientation: Orientation, known: Collection[str]
) -> tuple[ad.AnnData, Orientation]:
    """Read a table of cells and genes, see `bulk2cell.cells.table_roles` for what is what in it.

    Parameters
    ----------
    known
        Gene names, to find the orientation.

    Returns
    -------
    ad.AnnData
        Cells x genes, csr, float32; columns and rows that are neither cells nor genes are in obs and var, what was guessed
        in uns.
    Orientation
        That of the file.

    Raises
    ------
    InputError
        If the table is damaged or empty, holds text among its values, or is not named by genes.
    """
    read = _read_parquet if ".parquet" in path.suffixes else _read_text
    chunks = read(path, 0)
    first = next(chunks, None)
    if first is None or first.empty or first.shape[1] < 2:
        raise InputError(f"{path}: no rows or no columns; give a table of cells and genes")
    roles = find_roles(first, orientation, known, path)
    above = first.iloc[: roles.above]
    chunks = read(path, roles.above) if roles.above else chain([first], chunks)
    values, named = _gather(chunks, roles, path)
    if roles.symbols is not None:
        named["gene_name"] = named.iloc[:, int(roles.aside[: roles.symbols].sum())].to_numpy()
    named = named.loc[:, (named.columns != "") & ~named.columns.duplicated()]
    columns = pd.DataFrame(index=first.columns[_holds_values(roles)])
    if roles.orientation == "cells-by-genes":
        cells = ad.AnnData(values, obs=named, var=columns)
    else:
        for row in range(roles.above):
            columns[str(above.iloc[row, roles.names])] = (
                above.iloc[row, _holds_values(roles)].map(as_text).to_numpy()
            )
        cells = ad.AnnData(values.T.tocsr(), obs=columns, var=named)
    cells.uns[NOTES] = list(roles.notes)
    return cells, roles.orientation


def _holds_values(roles: TableRoles) -> NDArray[np.bool_]:
    values = ~roles.aside
    values[roles.names] = False
    return values


def _gather(
    chunks: Iterable[pd.DataFrame], roles: TableRoles, path: Path
) -> tuple[sp.csr_matrix, pd.DataFrame]:
    """Return the values of all chunks, and what annotates their rows."""
    values, kept = [], []
    for chunk in chunks:
        if chunk.shape[1] != len(roles.aside):
            raise InputError(f"{path}: some lines have fewer or more fields than the first; write it again")
        chunk.index = pd.Index([str(name).strip() for name in chunk.iloc[:, roles.names]])
        values.append(sp.csr_matrix(_numbers(chunk.loc[:, _holds_values(roles)], path)))
        kept.append(chunk.loc[:, roles.aside])
    return sp.vstack(values, format="csr"), pd.concat(kept)


def _numbers(frame: pd.DataFrame, path: Path) -> NDArray[np.float32]:
    try:
        with np.errstate(over="ignore"):
            values = frame.to_numpy(dtype=np.float32)
    except (ValueError, TypeError) as error:
        raise InputError(
            _first_fault(frame, path) or f"{path}: its values are not numbers ({error})"
        ) from error
    if np.isnan(values).any():
        raise InputError(_first_fault(frame, path))
    return values


def _first_fault(frame: pd.DataFrame, path: Path) -> str:
    for position, name in enumerate(frame.columns):
        column = frame.iloc[:, position]
        bad = pd.to_numeric(column.map(str), errors="coerce").isna().to_numpy()
        if bad.any():
            row = int(bad.argmax())
            return (
                f"{path}: row {frame.index[row]}, column {name}: {str(column.iloc[row])!r} is not a number; a table of "
                "cells holds one row or column of names, and numbers"
            )
    return ""


def _read_parquet(path: Path, above: int) -> Iterator[pd.DataFrame]:
    try:
        frame = pd.read_parquet(path)
    except Exception as error:
        raise InputError(f"{path}: cannot be read as parquet ({error}); write it again") from error
    if not isinstance(frame.index, pd.RangeIndex):
        frame.insert(0, str(frame.index.name or ""), frame.index.map(str), allow_duplicates=True)
    frame.columns = pd.Index([str(name) for name in frame.columns])
    yield frame.iloc[above:]


def _read_text(path: Path, above: int) -> Iterator[pd.DataFrame]:
    try:
        with open_rows(path) as (stream, layout):
            rows = max(FEWEST_ROWS_PER_CHUNK, VALUES_PER_CHUNK // max(len(layout.columns), 1))
            for chunk in pd.read_csv(
                stream,
                sep=r"\s+" if layout.separator == " " else layout.separator,
                header=None,
                skiprows=above,
                dtype={layout.names: str},
                decimal=layout.decimal,
                skipinitialspace=True,
                chunksize=rows,
                low_memory=False,
                keep_default_na=False,
            ):
                yield _named(chunk, layout.columns, path)
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"{path}: empty, cut off or not a table ({error}); a table of cells is csv or tsv, gz allowed, its fields "
            f"separated by {', '.join(SEPARATORS.values())}"
        ) from error


def _named(chunk: pd.DataFrame, columns: list[str], path: Path) -> pd.DataFrame:
    """Return rows with the header's names, without columns and rows of separators alone."""
    more = chunk.shape[1] - len(columns)
    if more < 0:
        raise InputError(f"{path}: {len(columns)} names in the first line, {chunk.shape[1]} fields below it")
    names = np.array([*columns, *[""] * more], dtype=object)
    empty = names == ""
    empty[empty] = [_is_empty(chunk.iloc[:, column]) for column in np.flatnonzero(empty).tolist()]
    filled = chunk.loc[:, ~empty] if empty.any() else chunk
    filled.columns = pd.Index(names[~empty])
    if (filled.iloc[:, 0] == "").any():
        filled = filled[~(filled.isna() | (filled == "")).all(axis=1)]
    return filled


def _is_empty(column: "pd.Series[Any]") -> bool:
    return bool((column.isna() | (column == "")).all())
