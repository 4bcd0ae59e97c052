import errno
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.artefacts.content import CELLS_FILE
from bulk2cell.artefacts.folder import Draft
from bulk2cell.artefacts.h5ad import FileForHDF5
from bulk2cell.artefacts.study import write_cells

OBS = pd.DataFrame({"n_counts": np.arange(20.0), "n_genes": np.nan}, index=[f"c{i}" for i in range(20)])
GENES = pd.Index([f"G{i}" for i in range(6)])
X = sp.random(20, 6, 0.4, "csr", np.float32, random_state=0)


def written(folder: Path, step: int, stored: int | None) -> Path:
    folder.mkdir()
    write_cells(Draft(folder), OBS, GENES, (X[start : start + step] for start in range(0, 20, step)), stored)
    return folder / CELLS_FILE


@pytest.mark.parametrize("stored", [X.nnz, None])
def test_cells_written_in_parts_are_read_as_a_whole(tmp_path: Path, stored: int | None) -> None:
    found = ad.read_h5ad(written(tmp_path / "a", 7, stored))
    assert found.obs.equals(OBS)
    assert list(found.var_names) == list(GENES)
    assert isinstance(found.X, np.ndarray if stored is None else sp.csr_matrix)
    assert found.X.dtype == np.float32
    assert np.array_equal(found.to_df(), X.toarray())
    assert list(found.to_memory().uns) == list(found.layers) == list(found.obsm) == []


@pytest.mark.parametrize("stored", [X.nnz, None])
def test_the_parts_change_no_byte(tmp_path: Path, stored: int | None) -> None:
    files = [written(tmp_path / str(step), step, stored).read_bytes() for step in (1, 7, 20)]
    assert files[0] == files[1] == files[2]


def test_what_could_not_be_written_is_not_read_back(tmp_path: Path) -> None:
    with FileForHDF5(tmp_path / "full.h5ad", "w+") as file:
        file.write(bytes(8))
        file.failure = OSError(errno.ENOSPC, "No space left on device")
        file.write(bytes(8))
        file.seek(0)
        with pytest.raises(OSError, match=r"No space left.*full\.h5ad"):
            file.readinto(bytearray(16))
