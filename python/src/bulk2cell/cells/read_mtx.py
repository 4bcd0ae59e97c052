"""Read cells from a matrix.mtx with the names of its genes and cells beside it."""

from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.io
import scipy.sparse as sp

from bulk2cell.cells.cell_file import NOTES
from bulk2cell.cells.check_hdf5 import MOST_PACKED
from bulk2cell.cells.find_mtx import Triple, find_only_triple, triple_of
from bulk2cell.errors import InputError


def read_mtx(path: Path) -> ad.AnnData:
    """Read a folder, or the matrix in it.

    Returns
    -------
    ad.AnnData
        Cells x genes; var: index of symbols, gene_ids, and feature_types where there are some.

    Raises
    ------
    InputError
        If a file is missing or damaged, or if there are several samples.
    """
    triple, notes = (triple_of(path), []) if path.is_file() else find_only_triple(path)
    try:
        genes, cells = _table(triple.genes), _table(triple.cells)
        rows, columns, stored, *_ = scipy.io.mminfo(triple.matrix)
        shape = (int(rows), int(columns))
        genes, cells = (_without_header(table, shape) for table in (genes, cells))
        upright = shape == (len(genes), len(cells)) and not triple.matrix.name.startswith("cells_x_")
        if not upright and shape != (len(cells), len(genes)):
            raise InputError(
                f"{triple.matrix}: {shape[0]} rows x {shape[1]} columns, but {len(genes)} lines in {triple.genes.name} and "
                f"{len(cells)} in {triple.cells.name}; the three files must belong together"
            )
        if stored > MOST_PACKED * triple.matrix.stat().st_size:
            raise InputError(
                f"{triple.matrix}: cannot hold the {stored} values that it claims; download it again"
            )
        values = scipy.io.mmread(triple.matrix)
        var = _var(genes, triple)
        found = ad.AnnData(
            sp.csr_matrix(values.T if upright else values), obs=pd.DataFrame(index=cells[0].tolist()), var=var
        )
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{path}: empty or cut off ({error}); write or download it again") from error
    found.uns[NOTES] = notes
    return found


def _table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep="\t", header=None, dtype=str, keep_default_na=False)


def _without_header(table: pd.DataFrame, shape: tuple[int, int]) -> pd.DataFrame:
    with_header = len(table) not in shape and len(table) - 1 in shape
    return table.iloc[1:].reset_index(drop=True) if with_header else table


def _var(genes: pd.DataFrame, triple: Triple) -> pd.DataFrame:
    symbols = genes[1] if 1 in genes else _table(triple.symbols)[0] if triple.symbols else genes[0]
    var = pd.DataFrame({"gene_ids": genes[0].tolist()}, index=np.where(symbols == "", genes[0], symbols))
    return var.assign(feature_types=genes[2].tolist()) if 2 in genes else var
