"""Open an AnnData that a person holds, as the h5ad that it would be written to; it is never changed."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp

from bulk2cell.cells.cell_file import Block, CellFile, cells_at_once
from bulk2cell.cells.features import genes_alone
from bulk2cell.cells.h5ad_blocks import checked, csr_block, dense_block, stated_base
from bulk2cell.cells.matrices import LAYER, MAIN, RAW, Look, Matrix, choose_matrix, look_at, require_numbers
from bulk2cell.cells.open_cells import simulated_lines, text_of_genes
from bulk2cell.cells.orientation import refuse_transposed
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput
from bulk2cell.printable import shown, some

if TYPE_CHECKING:
    import anndata as ad

NAME = "adata"  # what stands for the file in messages


@dataclass(frozen=True)
class Held:
    """A matrix of an AnnData, got when it is asked for, which is work for a view, and the table of its genes."""

    matrix: Callable[[], Any]
    var: pd.DataFrame


def open_anndata(
    adata: "ad.AnnData", cell_input: CellInput, known: Collection[str], gene_symbols: str = ""
) -> CellFile:
    """Open an AnnData: in memory or backed, whole or a view.

    A backed one stays in its file if that can be read in blocks: dense or csr.

    Parameters
    ----------
    cell_input
        How it is to be read.
    known
        Gene names, to find features that are no genes.
    gene_symbols
        Column of var that names the genes; empty: found by their names.

    Raises
    ------
    InputError
        If there is no such matrix or column, or the matrix is empty or no matrix of numbers.
    """
    import anndata as ad

    if not isinstance(adata, ad.AnnData):
        raise InputError(f"{NAME}: {shown(adata)} is no AnnData; read a file by anndata.read_h5ad(path)")
    path = Path(adata.filename) if adata.isbacked else Path(NAME)
    matrices = find_held(adata)
    looks = [Matrix(name, len(held.var), partial(_look, path, name, held)) for name, held in matrices.items()]
    name, notes = choose_matrix(looks, cell_input, path)
    var = matrices[name].var
    if not (adata.n_obs and len(var)):
        raise InputError(f"{path}: {name} has no cells or no genes; give an AnnData with expression")
    stored, block = _blocks(matrices[name].matrix(), path, name)
    names = adata.obs_names.astype(str).to_numpy()
    file = CellFile(
        path=path,
        count=adata.n_obs,
        step=cells_at_once(stored // adata.n_obs),
        var=text_of_genes(var).set_axis(_declared(var, gene_symbols, path))
        if gene_symbols
        else text_of_genes(var),
        names=lambda start, stop: names[start:stop],
        block=checked(path, block),
        obs=adata.obs.copy,
        simulated=simulated_lines(adata.uns),
        matrix=name,
        notes=notes,
        log_base=stated_base(adata.uns),
        named_by=gene_symbols,
    )
    refuse_transposed(file, known)
    file = genes_alone(file, known)
    return replace(file, var=file.var[[]]) if gene_symbols else file  # no other column names them then


def find_held(adata: "ad.AnnData") -> dict[str, Held]:
    """Return X, layers and raw of an AnnData, by their names as `choose_matrix` gives them, in the order of a file."""
    found = {MAIN: Held(lambda: adata.X, adata.var)} if adata.isbacked or adata.X is not None else {}
    for name in sorted(adata.layers):
        found[f"{LAYER}{name}"] = Held(partial(adata.layers.__getitem__, name), adata.var)
    if adata.raw is not None:
        found[RAW] = Held(lambda: adata.raw.X, adata.raw.var)
    return found


def sha256_of_blocks(file: CellFile) -> str:
    """Return the sha256 of the names and values of opened cells."""
    digest = hashlib.sha256("\n".join([*file.var.index, "", *file.names(0, file.count)]).encode())
    for start in file.starts():
        block = file.block(start, start + file.step)
        parts = (block.data, block.indices, block.indptr) if isinstance(block, sp.csr_matrix) else (block,)
        for part in parts:
            digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()


def _look(path: Path, name: str, held: Held) -> Look:
    X = held.matrix()
    require_numbers(path, X.dtype, name)
    return look_at(X.group["data"] if _is_sparse_in_file(X) else X.data if _is_sparse(X) else X)


def _is_sparse(X: Any) -> bool:
    return bool(sp.issparse(X))


def _is_sparse_in_file(X: Any) -> bool:
    return hasattr(X, "group")  # AnnData's own


def _blocks(X: Any, path: Path, name: str) -> tuple[int, Callable[[int, int], Block]]:
    """Return how many values a matrix stores, and what reads its cells."""
    require_numbers(path, X.dtype, name)
    if _is_sparse_in_file(X):
        if X.format == "csr":
            return len(X.group["data"]), csr_block(X.group)
        X = X.to_memory()
    if _is_sparse(X):
        rows = X.tocsr()
        return rows.nnz, partial(_copied, rows)
    if isinstance(X, h5py.Dataset):
        return X.size, dense_block(X)
    if isinstance(X, np.ndarray):
        return X.size, lambda start, stop: np.array(X[start:stop], np.float32)
    raise InputError(
        f"{path}: {name} is a {type(X).__name__}; give a numpy array or a sparse matrix of scipy instead"
    )


def _copied(rows: Any, start: int, stop: int) -> sp.csr_matrix:
    """Return some cells as a matrix of their own: scipy sorts indices in place, and a part may share the whole's memory."""
    cells = sp.csr_matrix(rows[start:stop], dtype=np.float32, copy=True)
    cells.check_format(full_check=True)
    cells.sum_duplicates()
    return cells


def _declared(var: pd.DataFrame, column: str, path: Path) -> "pd.Index[str]":
    if column not in var:
        raise InputError(
            f"{path}: no column {column} in var to name the genes; there is {some(map(str, var))}"
        )
    names: pd.Index[str] = pd.Index(var[column].astype(object).map(str).to_numpy(dtype=object))
    return names
