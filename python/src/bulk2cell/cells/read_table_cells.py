"""Read cells from a csv, tsv or parquet table in either orientation."""

import csv
import gzip
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, TextIO, cast

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.cells.orientation import decide_orientation
from bulk2cell.errors import InputError
from bulk2cell.parameters import Orientation

VALUES_PER_CHUNK = 20_000_000
FEWEST_ROWS_PER_CHUNK = 500
GZIP_MAGIC = b"\x1f\x8b"
EMBEDDING = re.compile(r"(umap|t-?sne|pca?|phate)[_ .-]?\d+", re.IGNORECASE)
METADATA = {"response", "label", "sensitive", "batch", "cluster", "condition", "group", "sample"}


def read_table_cells(
    path: Path, orientation: Orientation, known: Collection[str]
) -> tuple[ad.AnnData, Orientation]:
    """Read a table of cells and genes; its first column, or its parquet index, names the rows.

    In a table of cells x genes, columns of text and columns that are named like metadata (`response`, `label`,
    any unknown name in lower case, coordinates such as `UMAP_1`) become obs columns.

    Parameters
    ----------
    known
        Gene names, to find the orientation.

    Returns
    -------
    ad.AnnData
        Cells x genes, csr, float32.
    Orientation
        That of the file.

    Raises
    ------
    InputError
        If the table is damaged or empty, holds text among its values, or is not named by genes.
    """
    chunks = _parquet(path) if ".parquet" in path.suffixes else _text_chunks(path)
    first = next(chunks, None)
    if first is None or first.empty:
        raise InputError(f"{path}: no rows or no columns; give a table of cells and genes")
    found = decide_orientation(list(first.index), list(first.columns), orientation, known, path)
    if found == "genes-by-cells":
        values, genes, _ = _gather(chain([first], chunks), np.zeros(first.shape[1], bool), path)
        return ad.AnnData(values.T.tocsr(), obs=pd.DataFrame(index=first.columns), var=genes[[]]), found
    metadata = np.array(
        [
            name not in known and (_is_metadata(name) or not pd.api.types.is_numeric_dtype(kind))
            for name, kind in zip(first.columns, first.dtypes, strict=True)
        ]
    )
    values, obs, names = _gather(chain([first], chunks), metadata, path)
    return ad.AnnData(values, obs=obs, var=pd.DataFrame(index=names)), found


def _is_metadata(name: str) -> bool:
    return name[:1].islower() or name.lower() in METADATA or bool(EMBEDDING.fullmatch(name))


def _gather(
    chunks: Iterable[pd.DataFrame], aside: NDArray[np.bool_], path: Path
) -> tuple[sp.csr_matrix, pd.DataFrame, list[str]]:
    values, kept = [], []
    names: list[str] = []
    for chunk in chunks:
        values.append(sp.csr_matrix(_numbers(chunk.loc[:, ~aside], path)))
        kept.append(chunk.loc[:, aside])
        names = list(chunk.columns[~aside])
    return sp.vstack(values, format="csr"), pd.concat(kept), names


def _numbers(frame: pd.DataFrame, path: Path) -> NDArray[np.float32]:
    try:
        with np.errstate(over="ignore"):
            return frame.to_numpy(dtype=np.float32)
    except (ValueError, TypeError) as error:
        for position, name in enumerate(frame.columns):
            column = frame.iloc[:, position]
            bad = pd.to_numeric(column.map(str), errors="coerce").isna().to_numpy()
            if bad.any():
                row = int(bad.argmax())
                raise InputError(
                    f"{path}: row {frame.index[row]}, column {name}: {column.iloc[row]!r} is not a "
                    "number; a table of cells holds one row or column of names, and numbers"
                ) from error
        raise InputError(f"{path}: its values are not numbers ({error})") from error


def _parquet(path: Path) -> Iterator[pd.DataFrame]:
    try:
        frame = pd.read_parquet(path)
    except Exception as error:
        raise InputError(f"{path}: cannot be read as parquet ({error}); write it again") from error
    if isinstance(frame.index, pd.RangeIndex) and frame.shape[1]:
        frame = frame.set_index(frame.columns[0])
    yield _named(frame, list(frame.columns))


def _text_chunks(path: Path) -> Iterator[pd.DataFrame]:
    try:
        with _open(path) as stream:
            line = stream.readline()
            separator = "\t" if "\t" in line else ","
            header = next(csv.reader([line], delimiter=separator), [])
            rows = max(FEWEST_ROWS_PER_CHUNK, VALUES_PER_CHUNK // max(len(header), 1))
            for chunk in pd.read_csv(
                stream,
                sep=separator,
                header=None,
                index_col=0,
                dtype={0: str},
                chunksize=rows,
                low_memory=False,
                keep_default_na=False,
            ):
                if len(header) - chunk.shape[1] not in (0, 1):
                    raise InputError(
                        f"{path}: {len(header)} names in the first line, {chunk.shape[1] + 1} fields in the second; "
                        "the first line must name the columns"
                    )
                yield _named(chunk, header[len(header) - chunk.shape[1] :])
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"{path}: empty, cut off or not a table ({error}); a table of cells is csv or tsv, gz allowed"
        ) from error


def _open(path: Path) -> TextIO:
    with path.open("rb") as stream:
        zipped = stream.read(2) == GZIP_MAGIC
    return cast(TextIO, (gzip.open if zipped else open)(path, "rt", encoding="utf-8-sig", newline=""))


def _named(frame: pd.DataFrame, columns: list[Any]) -> pd.DataFrame:
    frame.index = pd.Index([str(name) for name in frame.index])
    frame.columns = pd.Index([str(name) for name in columns])
    return frame
