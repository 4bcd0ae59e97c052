"""An AnnData that a person holds is opened as the h5ad that it would be written to, and is never changed."""

from collections.abc import Callable
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.cells.cell_file import CellFile
from bulk2cell.cells.open_anndata import open_anndata, sha256_of_blocks
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput

GENES = [f"GENE{number}" for number in range(30)]
KNOWN = {*GENES}


def made(counts: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> ad.AnnData:
    """Cells with spike-ins, columns of every type, a logarithm in X and counts elsewhere."""
    var = pd.DataFrame(
        {
            "symbol": [f"S{number}" for number in range(30)],
            "Kind": pd.Categorical(["gene"] * 29 + [None]),
            "length": np.arange(30),
            "feature_types": ["Gene Expression"] * 28 + ["Antibody Capture"] * 2,
        },
        index=[*GENES[:27], "ERCC-00002", *GENES[28:]],
    )
    obs = pd.DataFrame({"label": ["a", "b"] * 20, "n": np.arange(40)}, index=[f"c{n}" for n in range(40)])
    return ad.AnnData(sp.csr_matrix(counts), obs=obs, var=var)


@pytest.fixture
def cells() -> ad.AnnData:
    return made(np.random.default_rng(0).poisson(0.8, (40, 30)).astype(np.float32))


def logged(cells: ad.AnnData, base: float | None = None) -> ad.AnnData:
    """Return cells as tutorials leave them: counts in a layer, raw of all genes, a logarithm in X."""
    cells.layers["counts"], cells.layers["Raw counts"] = cells.X.copy(), cells.X.copy()
    cells.raw = cells.copy()
    cells.X = np.log1p(cells.X.toarray())
    cells.uns["log1p"] = {"base": base}
    return cells


def with_unsorted(cells: ad.AnnData) -> ad.AnnData:
    """Store the entries of every cell from the last to the first, one of them as two that add up."""
    rows = [cells.X[row] for row in range(cells.n_obs)]
    data = [np.append(row.data[::-1], [1.0]) for row in rows]
    indices = [np.append(row.indices[::-1], row.indices[:1]) for row in rows]
    bounds = np.cumsum([0, *map(len, data)])
    cells.X = sp.csr_matrix((np.concatenate(data), np.concatenate(indices), bounds), shape=cells.shape)
    return cells


def with_matrix(cells: ad.AnnData, change: Callable[[sp.csr_matrix], object]) -> ad.AnnData:
    cells.X = change(cells.X)
    return cells


WAYS: dict[str, Callable[[ad.AnnData], ad.AnnData]] = {
    "csr": lambda cells: cells,
    "csr of whole numbers": lambda cells: with_matrix(cells, lambda X: X.astype(np.int64)),
    "csr of doubles": lambda cells: with_matrix(cells, lambda X: (X / 3).astype(np.float64)),
    "csr array": lambda cells: with_matrix(cells, sp.csr_array),
    "csr, not sorted": with_unsorted,
    "csc": lambda cells: with_matrix(cells, sp.csc_matrix),
    "dense": lambda cells: with_matrix(cells, lambda X: X.toarray()),
    "dense of whole numbers": lambda cells: with_matrix(cells, lambda X: X.toarray().astype(np.int32)),
    "dense, by columns": lambda cells: with_matrix(cells, lambda X: np.asfortranarray(X.toarray())),
    "layers and raw": logged,
    "stated base": lambda cells: logged(cells, 2.0),
    "view of cells": lambda cells: cells[::-2],
    "view of cells and genes": lambda cells: cells[cells.obs["label"] == "a", GENES[3:20]],
    "view of a dense one": lambda cells: with_matrix(cells, lambda X: X.toarray())[5:30],
    "view with layers and raw": lambda cells: logged(cells)[4:, GENES[3:20]],
}


def assert_same(one: CellFile, other: CellFile) -> None:
    """Compare everything that is read of cells, to the bit."""
    pd.testing.assert_frame_equal(one.var, other.var, check_index_type=False)
    assert (one.count, one.step, one.matrix, one.notes, one.log_base) == (
        other.count,
        other.step,
        other.matrix,
        other.notes,
        other.log_base,
    )
    assert list(one.names(0, one.count)) == list(other.names(0, other.count))
    for start in (0, 7):
        first, second = one.block(start, start + 9), other.block(start, start + 9)
        assert type(first) is type(second)
        assert first.dtype == second.dtype == np.float32
        if isinstance(first, sp.csr_matrix):
            for name in ("data", "indices", "indptr"):
                assert np.array_equal(getattr(first, name), getattr(second, name))
        else:
            assert np.array_equal(first, second)
    assert list(one.obs()["label"]) == list(other.obs()["label"])


@pytest.mark.parametrize(
    "declared", [CellInput(), CellInput(layer="counts"), CellInput(use_raw=True)], ids=repr
)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("backed", [False, True])
def test_cells_are_those_of_the_file(
    cells: ad.AnnData, way: str, backed: bool, declared: CellInput, tmp_path: Path
) -> None:
    adata = WAYS[way](cells)
    if (declared.layer or declared.use_raw) and adata.raw is None:
        return
    adata.write_h5ad(tmp_path / "cells.h5ad")
    if backed:
        adata = ad.read_h5ad(tmp_path / "cells.h5ad", backed="r")
    with open_cells(tmp_path / "cells.h5ad", declared, KNOWN) as file:
        assert_same(open_anndata(adata, declared, KNOWN), file)


def bits(adata: ad.AnnData) -> list[bytes]:
    """Return every byte of the values that an AnnData holds."""
    held = [adata.X, *adata.layers.values(), *([adata.raw.X] if adata.raw is not None else [])]
    arrays = [part for X in held for part in ((X.data, X.indices, X.indptr) if sp.issparse(X) else (X,))]
    return [np.asarray(part).tobytes() for part in arrays]


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_changed(cells: ad.AnnData, way: str) -> None:
    adata = WAYS[way](cells)
    before, view = bits(adata), adata.is_view
    frames = adata.obs.copy(), adata.var.copy()
    file = open_anndata(adata, CellInput(), KNOWN)
    block = file.block(0, 40)
    if isinstance(block, sp.csr_matrix):
        block.data[:], block.indices[:] = -1, 0
    else:
        block[:] = -1
    file.obs()["label"] = "changed"
    assert bits(adata) == before
    assert adata.is_view == view
    pd.testing.assert_frame_equal(adata.obs, frames[0])
    pd.testing.assert_frame_equal(adata.var, frames[1])


@pytest.mark.parametrize("way", ["csr", "dense"])
def test_a_backed_one_is_read_a_block_at_a_time(
    cells: ad.AnnData, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    WAYS[way](cells).write_h5ad(tmp_path / "cells.h5ad")
    backed = ad.read_h5ad(tmp_path / "cells.h5ad", backed="r")

    def refuse(*_: object) -> None:
        raise AssertionError("loaded whole")

    monkeypatch.setattr(type(backed.X), "to_memory", refuse, raising=False)
    file = open_anndata(backed, CellInput(), KNOWN)
    assert file.block(30, 40).shape == (10, 27)
    assert file.path == tmp_path / "cells.h5ad"


def test_names_that_were_changed_after_opening_a_backed_one_hold(cells: ad.AnnData, tmp_path: Path) -> None:
    cells.write_h5ad(tmp_path / "cells.h5ad")
    backed = ad.read_h5ad(tmp_path / "cells.h5ad", backed="r")
    backed.obs_names = [f"new{number}" for number in range(40)]
    assert open_anndata(backed, CellInput(), KNOWN).names(0, 2).tolist() == ["new0", "new1"]


def test_genes_are_named_by_the_declared_column_alone(cells: ad.AnnData) -> None:
    file = open_anndata(cells, CellInput(), KNOWN, gene_symbols="symbol")
    assert file.var.index[:2].tolist() == ["S0", "S1"]
    assert file.var.shape == (28, 0)  # antibodies are still known by their type
    assert file.named_by == "symbol"


def test_the_digest_tells_cells_apart(cells: ad.AnnData) -> None:
    other = cells.copy()
    other.X.data[3] += 1
    files = [open_anndata(each, CellInput(), KNOWN) for each in (cells, cells.copy(), other, cells[::-1])]
    digests = [sha256_of_blocks(file) for file in files]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda cells: open_anndata(cells, CellInput(layer="x"), KNOWN), "adata: there is no layers/x"),
        (lambda cells: open_anndata(cells[:0], CellInput(), KNOWN), "adata: X has no cells or no genes"),
        (lambda cells: open_anndata(cells, CellInput(), KNOWN, "nope"), "adata: no column nope in var"),
        (
            lambda cells: open_anndata(with_matrix(cells, lambda X: X.astype(complex)), CellInput(), KNOWN),
            "adata: X holds values of the kind complex",
        ),
        (
            lambda cells: open_anndata(ad.AnnData(obs=cells.obs), CellInput(), KNOWN),
            "no expression in X or raw",
        ),
    ],
)
def test_what_cannot_be_read_is_one_line(
    cells: ad.AnnData, change: Callable[[ad.AnnData], object], message: str
) -> None:
    with pytest.raises(InputError, match=message) as raised:
        change(cells)
    assert "\n" not in str(raised.value)
