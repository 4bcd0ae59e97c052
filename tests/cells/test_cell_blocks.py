from pathlib import Path

import anndata as ad
import numpy as np
import pytest
import scipy.sparse as sp

from bulk2cell.cells import cell_file
from bulk2cell.cells.blocks import each_block, gene_means, refuse_repeated_names
from bulk2cell.cells.cell_file import CellFile
from bulk2cell.cells.open_cells import in_memory
from bulk2cell.errors import InputError


def file_of(X: object, names: list[str] | None = None) -> CellFile:
    cells = ad.AnnData(X)
    cells.obs_names = names or cells.obs_names
    return in_memory(Path("cells"), cells)


@pytest.mark.parametrize("number", [1, 4])
def test_blocks_come_in_order_however_many_threads_there_are(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", 3)
    monkeypatch.setenv("OMP_NUM_THREADS", str(number))
    X = np.arange(20, dtype=np.float32).reshape(20, 1)
    found = list(each_block(file_of(X), "test", lambda start, block: (start, block.ravel().tolist())))
    assert [start for start, _ in found] == [0, 3, 6, 9, 12, 15, 18]
    assert [value for _, values in found for value in values] == list(range(20))


def test_no_more_blocks_are_read_than_threads_can_work_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", 1)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    read: list[int] = []
    blocks = each_block(
        file_of(np.ones((50, 1), np.float32)), "test", lambda start, block: read.append(start)
    )
    next(blocks)
    assert len(read) <= 3
    blocks.close()


def test_means_of_many_cells_are_exact() -> None:
    X = sp.csr_matrix(np.full((1_000, 1), 16_777.25, np.float32))
    assert gene_means(file_of(X)).tolist() == [16_777.25]


def test_a_cell_named_twice_is_refused() -> None:
    with pytest.raises(InputError, match="cell b occurs twice"):
        refuse_repeated_names(file_of(np.ones((3, 1), np.float32), ["b", "a", "b"]))
