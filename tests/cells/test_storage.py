"""The same AnnData in every way in which HDF5 has held it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata.io import write_elem

from bulk2cell.cells.open_cells import open_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput

TEXT = h5py.string_dtype()


@pytest.fixture
def cells() -> ad.AnnData:
    """Counts of genes that are named by ids, their symbols in a column; cells with a label."""
    rng = np.random.default_rng(0)
    obs = pd.DataFrame({"label": ["yes", "no", "yes", "no", "yes"]}, index=[f"cell {n}" for n in range(5)])
    var = pd.DataFrame({"symbol": list("ABCDAB")}, index=[f"ENSG0000000000{n}" for n in range(6)])
    return ad.AnnData(sp.csr_matrix(rng.poisson(1.5, (5, 6)).astype(np.float32)), obs=obs, var=var)


def plain(cells: ad.AnnData, path: Path) -> None:
    cells.write_h5ad(path)


def columns(cells: ad.AnnData, path: Path) -> None:
    cells.X = cells.X.tocsc()
    cells.write_h5ad(path)


def dense(cells: ad.AnnData, path: Path) -> None:
    cells.X = cells.X.toarray()
    cells.write_h5ad(path)


def compressed(cells: ad.AnnData, path: Path) -> None:
    cells.write_h5ad(path, compression="gzip")


def of_type(kind: str) -> Callable[[ad.AnnData, Path], None]:
    def write(cells: ad.AnnData, path: Path) -> None:
        cells.X = cells.X.astype(kind)
        cells.write_h5ad(path)

    return write


def rewritten(change: Callable[[h5py.File, ad.AnnData], None]) -> Callable[[ad.AnnData, Path], None]:
    def write(cells: ad.AnnData, path: Path) -> None:
        cells.write_h5ad(path)
        with h5py.File(path, "r+") as file:
            change(file, cells)

    return write


def replace_rows(file: h5py.File, parts: list[tuple[list[int], list[float]]]) -> None:
    attributes = dict(file["X"].attrs)
    del file["X"]
    group = file.create_group("X")
    group.attrs.update(attributes)
    group["indices"] = np.concatenate([np.array(indices, np.int32) for indices, _ in parts])
    group["data"] = np.concatenate([np.array(values, np.float32) for _, values in parts])
    group["indptr"] = np.cumsum([0, *(len(indices) for indices, _ in parts)])


def repeat_entries(file: h5py.File, cells: ad.AnnData) -> None:
    """Store every value above 1 as two entries of the same place."""
    parts = []
    for row in cells.X.toarray():
        genes = [gene for gene in np.flatnonzero(row) for _ in range(2 if row[gene] > 1 else 1)]
        halves = [1 if row[gene] > 1 else row[gene] for gene in genes]
        for place in range(1, len(genes)):
            if genes[place] == genes[place - 1]:
                halves[place] = row[genes[place]] - 1
        parts.append((genes, halves))
    replace_rows(file, parts)


def unsort(file: h5py.File, cells: ad.AnnData) -> None:
    rows = [(np.flatnonzero(row)[::-1], row) for row in cells.X.toarray()]
    replace_rows(file, [(list(genes), list(row[genes])) for genes, row in rows])


def store_zeros(file: h5py.File, cells: ad.AnnData) -> None:
    replace_rows(file, [(list(range(6)), list(row)) for row in cells.X.toarray()])


def nullable_strings(file: h5py.File, cells: ad.AnnData) -> None:
    with ad.settings.override(allow_write_nullable_strings=True):
        for frame, name, values in (("var", "symbol", cells.var.symbol), ("obs", "label", cells.obs.label)):
            del file[f"{frame}/{name}"]
            write_elem(file[frame], name, pd.array(list(values), dtype="string"))


def nullable_index(file: h5py.File, cells: ad.AnnData) -> None:
    with ad.settings.override(allow_write_nullable_strings=True):
        for frame, names in (("var", cells.var_names), ("obs", cells.obs_names)):
            del file[f"{frame}/_index"]
            write_elem(file[frame], "_index", pd.array(list(names), dtype="string"))


def old_categories(file: h5py.File, cells: ad.AnnData) -> None:
    """Store text columns as anndata 0.7 did: codes that refer to their categories."""
    for frame, name, values in (("var", "symbol", cells.var.symbol), ("obs", "label", cells.obs.label)):
        del file[f"{frame}/{name}"]
        coded = pd.Categorical(list(values))
        kept = file.require_group(f"{frame}/__categories")
        kept.create_dataset(name, data=np.array(coded.categories, dtype=object), dtype=TEXT)
        file[frame].create_dataset(name, data=coded.codes).attrs["categories"] = kept[name].ref
        file[frame].attrs["encoding-version"] = "0.1.0"


def old_sparse(file: h5py.File, cells: ad.AnnData) -> None:
    """Name the format of X as anndata 0.6 did, and nothing else."""
    for frame in ("obs", "var"):
        frames = getattr(cells, frame)
        names = frames.columns[0]
        records = np.array(
            list(zip(frames.index, frames[names], strict=True)),
            dtype=[("index", TEXT), (names, TEXT)],
        )
        del file[frame]
        file.create_dataset(frame, data=records)
    shape = file["X"].attrs["shape"]
    for name in list(file["X"].attrs):
        del file["X"].attrs[name]
    file["X"].attrs.update({"h5sparse_format": "csr", "h5sparse_shape": shape})
    for name in list(file.attrs):
        del file.attrs[name]


WAYS: dict[str, Callable[[ad.AnnData, Path], None]] = {
    "csr": plain,
    "csc": columns,
    "dense": dense,
    "gzip": compressed,
    "int64": of_type("int64"),
    "float64": of_type("float64"),
    "uint16": of_type("uint16"),
    "repeated entries": rewritten(repeat_entries),
    "unsorted indices": rewritten(unsort),
    "stored zeros": rewritten(store_zeros),
    "nullable strings": rewritten(nullable_strings),
    "nullable index": rewritten(nullable_index),
    "categories of anndata 0.7": rewritten(old_categories),
    "anndata 0.6": rewritten(old_sparse),
}


@pytest.mark.parametrize("way", WAYS)
def test_cells_are_the_same_however_they_are_stored(way: str, cells: ad.AnnData, tmp_path: Path) -> None:
    expected = cells.copy()
    WAYS[way](cells, tmp_path / "cells.h5ad")
    with open_cells(tmp_path / "cells.h5ad", CellInput(), []) as file:
        block: Any = sp.csr_matrix(file.block(0, 5))
        assert (block.dtype, file.matrix, file.notes) == (np.float32, "X", ())
        assert np.array_equal(block.toarray(), expected.X.toarray())
        assert block.has_canonical_format
        assert list(file.names(0, 5)) == list(expected.obs_names)
        assert list(file.var.index) == list(expected.var_names)
        assert file.var["symbol"].astype(str).tolist() == expected.var["symbol"].tolist()
        assert file.obs()["label"].astype(str).tolist() == expected.obs["label"].tolist()


@pytest.mark.parametrize("way", ["csr", "csc"])
def test_genes_in_the_place_of_cells_are_one_line(way: str, cells: ad.AnnData, tmp_path: Path) -> None:
    turned = cells.T.copy()
    WAYS[way](turned, tmp_path / "cells.h5ad")
    for known in ([], list(turned.var_names)):
        with open_cells(tmp_path / "cells.h5ad", CellInput(), known) as file:
            assert file.count == 6
    with (
        pytest.raises(InputError, match=r"its cells .*are named by genes.*adata\.T"),
        open_cells(tmp_path / "cells.h5ad", CellInput(), ["A", "B"]),
    ):
        pass
