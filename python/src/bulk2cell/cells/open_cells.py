"""Open any file of cells: an h5ad with cells as rows is streamed, anything else is read as a whole."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pandas as pd

from bulk2cell.cells.cell_file import MATRIX, NOTES, SIMULATED, CellFile, cells_at_once
from bulk2cell.cells.features import genes_alone
from bulk2cell.cells.h5ad_blocks import is_streamed, stated_base, streamed
from bulk2cell.cells.h5ad_matrices import find_anndata, find_matrices, matrix_of
from bulk2cell.cells.kinds import kind_of_cells
from bulk2cell.cells.matrices import MAIN, choose_matrix
from bulk2cell.cells.orientation import refuse_transposed
from bulk2cell.genes.names import is_text
from bulk2cell.parameters import CellInput

if TYPE_CHECKING:
    import anndata as ad


@contextmanager
def open_cells(path: Path, cell_input: CellInput, known: Collection[str]) -> Iterator[CellFile]:
    """Open any file or folder that `read_cells` reads.

    Parameters
    ----------
    cell_input
        How it is to be read.
    known
        Gene names, to find a table's orientation and features that are no genes.

    Raises
    ------
    InputError
        If the file is missing, damaged, empty or of no known kind.
    """
    if kind_of_cells(path) in ("h5ad", "h5mu"):
        with h5py.File(path, "r") as file:
            group, of_modality = find_anndata(file, path)
            matrices = find_matrices(group)
            looks = [matrix_of(name, stored, path) for name, stored in matrices.items()]
            name, notes = choose_matrix(looks, cell_input, path)
            if is_streamed(group, matrices[name]):
                cells = streamed(path, group, name, matrices[name], (*of_modality, *notes))
                refuse_transposed(cells, known)
                yield genes_alone(cells, known)
                return
    from bulk2cell.cells.read_cells import read_cells

    cells = in_memory(path, read_cells(path, cell_input, known)[0])
    refuse_transposed(cells, known)
    yield genes_alone(cells, known)


def in_memory(path: Path, cells: "ad.AnnData") -> CellFile:
    """Return cells that have been read as a whole, X csr or dense."""
    names = cells.obs_names.astype(str).to_numpy()
    notes = cells.uns.get(NOTES)
    return CellFile(
        path=path,
        count=cells.n_obs,
        step=cells_at_once(cells.X.size // cells.n_obs),
        var=text_of_genes(cells.var),
        names=lambda start, stop: names[start:stop],
        block=lambda start, stop: cells.X[start:stop],
        obs=lambda: cells.obs,
        log_base=stated_base(cells.uns),
        matrix=str(cells.uns.get(MATRIX, MAIN)),
        notes=tuple(notes) if isinstance(notes, list) else (),  # a list: of our readers, not of an h5ad
        simulated=simulated_lines(cells.uns),
    )


def text_of_genes(var: pd.DataFrame) -> pd.DataFrame:
    """Return the names of genes and their columns of text, as they are read of an h5ad."""
    texts = {
        str(name): column.astype(object).map(str).to_numpy()
        for name, column in var.items()
        if is_text(column)
    }
    return pd.DataFrame(dict(sorted(texts.items())), index=var.index.astype(str))


def simulated_lines(uns: Mapping[str, Any]) -> list[str] | None:
    """Return the lines that cells were drawn from, if uns says that `simulate` made them."""
    note = uns.get(SIMULATED)
    lines = note.get("lines") if isinstance(note, Mapping) else None
    return None if lines is None else [str(line) for line in np.ravel(lines)]
