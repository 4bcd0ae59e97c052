"""The study: everything that is needed to train and test every strategy on one dataset-drug pair.

| file | rows and columns |
|---|---|
| bulk.h5ad | lines x genes, log expression; obs: response, label (1 sensitive, 0 resistant, NaN), split |
| cells.h5ad | cells x genes, log1p of normalised counts (or the input's own log or z-score); obs: n_counts, n_genes |
| pathways.parquet | gene, set: the kept gene sets, study genes only |
| gene_ids.parquet | identifier, symbol: every known name of a study gene |
| cell_labels.parquet | cell, label (1, 0, missing), sample; read by `evaluate/` alone |
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata.io import read_elem
from numpy.typing import NDArray

from bulk2cell.artefacts.content import CELLS_FILE
from bulk2cell.artefacts.folder import Draft
from bulk2cell.artefacts.h5ad import FileForHDF5, new_file, write_h5ad, write_root
from bulk2cell.artefacts.manifest import Manifest, damaged, manifest_of
from bulk2cell.artefacts.tables import (
    Column,
    label_or_none,
    number_or_none,
    read_table,
    refuse_wrong_columns,
    text,
)
from bulk2cell.cells.check_hdf5 import check_hdf5

BULK_FILE = "bulk.h5ad"
LABELS_FILE = "cell_labels.parquet"
LINE_COLUMNS: Mapping[str, Column] = {"response": number_or_none, "label": label_or_none, "split": text}
CELL_COLUMNS: Mapping[str, Column] = {"n_counts": number_or_none, "n_genes": number_or_none}
ROWS_AT_ONCE = 8192


@dataclass(frozen=True)
class Study:
    """A study without the cells' labels, which no training stage may see.

    Attributes
    ----------
    bulk
        Lines x genes.
    cells
        Cells x the same genes in the same order; see `read_study`.
    pathways
        Columns gene, set.
    gene_ids
        Columns identifier, symbol.
    """

    bulk: ad.AnnData
    cells: ad.AnnData
    pathways: pd.DataFrame
    gene_ids: pd.DataFrame
    manifest: Manifest


def write_study(
    draft: Draft,
    bulk: ad.AnnData,
    pathways: pd.DataFrame,
    gene_ids: pd.DataFrame,
    cell_labels: pd.DataFrame,
) -> None:
    """Put a study's files, all but the cells, into a draft; columns as in the table above."""
    write_h5ad(bulk, draft.folder / BULK_FILE)
    pathways.to_parquet(draft.folder / "pathways.parquet", index=False)
    gene_ids.to_parquet(draft.folder / "gene_ids.parquet", index=False)
    cell_labels.to_parquet(draft.folder / LABELS_FILE, index=False)


def write_cells(
    draft: Draft,
    obs: pd.DataFrame,
    genes: "pd.Index[str]",
    rows: Iterable[sp.csr_matrix],
    stored: int | None,
) -> None:
    """Write a study's cells into a draft, some of them at a time.

    The bytes do not depend on how many come at a time.

    Parameters
    ----------
    obs
        Columns as in the table above, index = cell.
    genes
        The genes, in their order.
    rows
        Cells x genes, indices sorted.
    stored
        Number of values in all rows together; None: cells are written dense.
    """
    with new_file(draft.folder / CELLS_FILE) as disk, h5py.File(disk, "w") as file:
        write_root(file, ad.AnnData(obs=obs, var=pd.DataFrame(index=genes)))
        rows, shape = _until_full(disk, rows), (len(obs), len(genes))
        if stored is None:
            _write_dense(file, shape, rows)
        else:
            _write_csr(file, shape, rows, stored)


def _until_full(disk: FileForHDF5, rows: Iterable[sp.csr_matrix]) -> Iterator[sp.csr_matrix]:
    for part in rows:
        yield part
        disk.check()


def _write_dense(file: h5py.File, shape: tuple[int, int], rows: Iterable[sp.csr_matrix]) -> None:
    X = file.create_dataset("X", shape, np.float32)
    X.attrs.update({"encoding-type": "array", "encoding-version": "0.2.0"})
    done = 0
    for part in rows:
        X[done : done + part.shape[0]] = part.toarray()
        done += part.shape[0]


def _write_csr(file: h5py.File, shape: tuple[int, int], rows: Iterable[sp.csr_matrix], stored: int) -> None:
    X = file.create_group("X")
    X.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": shape})
    data = X.create_dataset("data", stored, np.float32)
    indices = X.create_dataset("indices", stored, np.int32)
    done, lengths = 0, [np.zeros(1, np.int64)]
    for part in rows:
        data[done : done + part.nnz], indices[done : done + part.nnz] = part.data, part.indices
        done += part.nnz
        lengths.append(np.diff(part.indptr))
    X["indptr"] = np.concatenate(lengths).cumsum().astype(np.int32 if stored < 2**31 else np.int64)


def read_study(artefact: Path | Manifest, most_in_memory: float = float("inf")) -> Study:
    """Read a study without the cells' labels.

    Parameters
    ----------
    most_in_memory
        Expression of more cells than these stays in the file (backed).

    Raises
    ------
    ArtefactError
        If the folder is not a complete study of this format.
    """
    manifest = manifest_of(artefact, "study")
    study = Study(
        bulk=_read_expression(manifest, BULK_FILE, LINE_COLUMNS),
        cells=_read_expression(manifest, CELLS_FILE, CELL_COLUMNS, most_in_memory),
        pathways=read_table(manifest, "pathways.parquet"),
        gene_ids=read_table(manifest, "gene_ids.parquet"),
        manifest=manifest,
    )
    genes = study.bulk.var_names
    if not genes.equals(study.cells.var_names) or not study.pathways["gene"].isin(genes).all():
        raise damaged(manifest.path, "its lines, cells and gene sets are not of the same genes", "study")
    return study


def hold_in_memory(study: Study) -> Study:
    """Return a study whose cells do not stay in the file."""
    return replace(study, cells=study.cells.to_memory()) if study.cells.isbacked else study


def read_lines(manifest: Manifest) -> pd.DataFrame:
    """Read what a study says of its lines, without their expression: columns response, label, split.

    Raises
    ------
    ArtefactError
        If it is damaged.
    """
    path = manifest.path / BULK_FILE
    try:
        check_hdf5(path)
        with h5py.File(path) as file:
            lines = read_elem(file["obs"])
        if not isinstance(lines, pd.DataFrame):
            raise ValueError("obs is not a table")
    except MemoryError:
        raise
    except Exception as error:
        raise damaged(path, f"cannot be read ({error})", "study") from error
    refuse_wrong_columns(lines, LINE_COLUMNS, manifest, BULK_FILE)
    return lines


def read_cell_labels(artefact: Path | Manifest) -> pd.DataFrame:
    """Read the cells' labels of a study: columns cell, label (1.0, 0.0 or NaN), sample (text, may be missing).

    Raises
    ------
    ArtefactError
        If the folder is not a complete study of this format.
    """
    manifest = manifest_of(artefact, "study")
    labels = read_table(manifest, LABELS_FILE)
    if labels["cell"].duplicated().any():
        raise damaged(manifest.path / LABELS_FILE, "names a cell twice", "study")
    return labels


def _read_expression(
    manifest: Manifest, name: str, columns: Mapping[str, Column], most_in_memory: float = float("inf")
) -> ad.AnnData:
    """Read a file of expression and check that its values are finite; with too many rows the values stay in the file."""
    path = manifest.path / name
    try:
        check_hdf5(path)
        data = ad.read_h5ad(path, backed="r")
        _refuse_other_rows(data)
        if data.n_obs <= most_in_memory:
            data = data.to_memory()
        for start in range(0, data.n_obs, ROWS_AT_ONCE):
            _refuse_wrong_values(data.X[start : start + ROWS_AT_ONCE])
        names = data.obs_names.to_series(), data.var_names.to_series()
        if not all(len(each) and text(each) and each.is_unique for each in names):
            raise ValueError("a row or a column has no name, or a name occurs twice")
    except MemoryError:
        raise
    except Exception as error:
        raise damaged(path, f"cannot be read ({error})", "study") from error
    refuse_wrong_columns(data.obs, columns, manifest, name)
    return data


def _refuse_other_rows(data: ad.AnnData) -> None:
    """Raise unless the values in a file are stored row by row."""
    if data.X.shape != data.shape:
        raise ValueError(f"X has the shape {data.X.shape}, and not {data.shape}")
    if not isinstance(data.X, h5py.Dataset):
        bounds = data.X.group["indptr"][:]
        whole = bounds[0] == 0 and bounds[-1] == len(data.X.group["data"])
        if data.X.format != "csr" or not whole or (np.diff(bounds) < 0).any():
            raise ValueError("X is not stored by rows")


def _refuse_wrong_values(X: sp.csr_matrix | NDArray[np.float32]) -> None:
    if sp.issparse(X):
        X.check_format(full_check=True)
    values = X.data if sp.issparse(X) else X
    if values.dtype != np.float32 or not np.isfinite(values).all():
        raise ValueError("its values are not finite 32-bit numbers")


def training_inputs(manifest: Manifest) -> Mapping[str, str]:
    """Return the sha256 of a study's files that training may depend on: all but the cells' labels."""
    return {f"study/{name}": digest for name, digest in manifest.files.items() if name != LABELS_FILE}
