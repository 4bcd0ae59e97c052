from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.cells import cell_file
from bulk2cell.cells.h5ad_blocks import is_streamed
from bulk2cell.cells.h5ad_matrices import find_matrices
from bulk2cell.cells.matrices import MAIN
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput

KINDS = {"csr": sp.csr_matrix, "csc": sp.csc_matrix, "dense": np.asarray}


def written(path: Path, kind: str, **options: object) -> ad.AnnData:
    X = sp.random(50, 8, 0.4, format="csr", random_state=0).toarray()
    var = pd.DataFrame(
        {
            "symbol": pd.Categorical([*"abcdabc", None]),
            "chromosome": list("12345678"),
            "length": range(8),
        },
        index=[f"ENSG{i}" for i in range(8)],
    )
    obs = pd.DataFrame(index=[f"cell {i}" for i in range(50)])
    cells = ad.AnnData(KINDS[kind](X), obs=obs, var=var)
    cells.write_h5ad(path, **options)
    return cells


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("compression", [None, "gzip", "lzf"])
def test_blocks_add_up_to_the_file(
    tmp_path: Path, kind: str, compression: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_file, "VALUES_AT_ONCE", 30)
    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", 20)
    cells = written(tmp_path / "cells.h5ad", kind, compression=compression)
    with open_cells(tmp_path / "cells.h5ad", CellInput(), []) as file:
        spans = [(start, start + file.step) for start in file.starts()]
        blocks = [file.block(*span) for span in spans]
        names = np.concatenate([file.names(*span) for span in spans])
        assert len(blocks) > 2
        assert {block.dtype for block in blocks} == {np.dtype(np.float32)}
        X = sp.vstack([sp.csr_matrix(block) for block in blocks]).toarray()
        assert np.array_equal(X, np.asarray(cells.to_df(), dtype=np.float32))
        assert list(names) == list(cells.obs_names)
        assert list(file.var.index) == list(cells.var_names)
        assert file.var["symbol"].astype(str).tolist() == cells.var["symbol"].astype(str).tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_beside_the_expression(tmp_path: Path, kind: str) -> None:
    cells = written(tmp_path / "cells.h5ad", kind)
    cells.obs["label"] = pd.Categorical(["yes", "no"] * 25)
    cells.obs["depth"] = np.arange(50.0)
    cells.obs.index.name = "barcode"
    cells.uns["bulk2cell_simulated"] = {"lines": ["LINE1", "LINE2"], "seed": 1}
    cells.write_h5ad(tmp_path / "more.h5ad")
    with open_cells(tmp_path / "more.h5ad", CellInput(), []) as file:
        assert file.obs().equals(cells.obs)
        assert file.simulated == ["LINE1", "LINE2"]
    with open_cells(tmp_path / "cells.h5ad", CellInput(), []) as file:
        assert file.obs().shape == (50, 0)
        assert file.simulated is None


def test_columns_that_cannot_be_read_are_one_line(tmp_path: Path) -> None:
    cells = written(tmp_path / "cells.h5ad", "csr")
    cells.obs["depth"] = 1.0
    cells.write_h5ad(tmp_path / "cells.h5ad")
    with h5py.File(tmp_path / "cells.h5ad", "a") as file:
        del file["obs/depth"]
    with (
        open_cells(tmp_path / "cells.h5ad", CellInput(), []) as file,
        pytest.raises(InputError, match="the cells' columns cannot be read"),
    ):
        file.obs()


def test_rows_are_streamed_and_columns_are_not(tmp_path: Path) -> None:
    for kind in KINDS:
        written(tmp_path / "cells.h5ad", kind)
        with h5py.File(tmp_path / "cells.h5ad") as file:
            assert is_streamed(file, find_matrices(file)[MAIN]) == (kind != "csc")


def test_a_file_without_x_says_so(tmp_path: Path) -> None:
    ad.AnnData(obs=pd.DataFrame(index=["a"]), var=pd.DataFrame(index=["b"])).write_h5ad(
        tmp_path / "cells.h5ad"
    )
    with (
        pytest.raises(InputError, match="no expression in X or raw"),
        open_cells(tmp_path / "cells.h5ad", CellInput(), []),
    ):
        pass


def test_a_matrix_that_does_not_fit_its_names_is_one_line(tmp_path: Path) -> None:
    written(tmp_path / "cells.h5ad", "csr")
    with h5py.File(tmp_path / "cells.h5ad", "a") as file:
        file["X"].attrs["shape"] = [50, 9]
    with (
        pytest.raises(InputError, match=r"X has the shape .50, 9., but 50 cells and 8 genes are named"),
        open_cells(tmp_path / "cells.h5ad", CellInput(), []),
    ):
        pass


def test_a_damaged_block_is_one_line(tmp_path: Path) -> None:
    written(tmp_path / "cells.h5ad", "csr")
    with h5py.File(tmp_path / "cells.h5ad", "a") as file:
        file["X/indices"][3] = 8
    with (
        pytest.raises(InputError, match=r"cells 0 to 50 cannot be read \(X names a gene beyond its 8\)"),
        open_cells(tmp_path / "cells.h5ad", CellInput(), []),
    ):
        pass


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_a_file_that_is_cut_off_is_one_line(tmp_path: Path, size: int) -> None:
    written(tmp_path / "cells.h5ad", "csr")
    whole = (tmp_path / "cells.h5ad").read_bytes()
    (tmp_path / "cells.h5ad").write_bytes(whole[:size])
    with (
        pytest.raises(InputError, match=r"cut off|cannot be read|it is empty"),
        open_cells(tmp_path / "cells.h5ad", CellInput(), []),
    ):
        pass
