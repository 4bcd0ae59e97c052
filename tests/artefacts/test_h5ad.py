import errno
import io
import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from bulk2cell.artefacts.h5ad import FileForHDF5, write_h5ad


@contextmanager
def no_larger_files_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("limit", [0, 1, 5000, 30_000, 10**9])
def test_what_was_written_is_read_again_whether_the_disk_took_it_or_not(tmp_path: Path, limit: int) -> None:
    chance, expected = random.Random(limit), bytearray(70_000)
    with FileForHDF5(tmp_path / "file") as file, no_larger_files_than(limit):
        end = 0
        for _ in range(300):
            start, size = chance.randrange(60_000), chance.randrange(10_000)
            if chance.random() < 0.5:
                block = chance.randbytes(size)
                file.seek(start)
                assert file.write(block) == size
                expected[start : start + size] = block
                end = max(end, start + size) if size else end
            else:
                buffer = bytearray(chance.randbytes(size))
                file.seek(start)
                assert file.readinto(buffer) == size
                assert buffer == expected[start : start + size]
                assert file.tell() == start + size
        assert file.seek(0, io.SEEK_END) == end
        if limit < end:
            with pytest.raises(OSError, match="file") as error:
                file.check()
            assert error.value.errno == errno.EFBIG
        else:
            file.check()
            file.seek(0)
            assert file.read() == expected[:end]


def test_every_limit_is_one_error(tmp_path: Path) -> None:
    obs = pd.DataFrame({"a": ["x", "y"] * 50}, index=[f"cell {n}" for n in range(100)])
    cells = ad.AnnData(np.ones((100, 30), np.float32), obs=obs)
    write_h5ad(cells, tmp_path / "whole.h5ad")
    size = (tmp_path / "whole.h5ad").stat().st_size
    for limit in range(0, size, 1500):
        with pytest.raises(OSError, match=r"part\.h5ad") as error, no_larger_files_than(limit):
            write_h5ad(cells, tmp_path / "part.h5ad")
        assert error.value.errno == errno.EFBIG
    write_h5ad(cells, tmp_path / "part.h5ad")
    assert (tmp_path / "part.h5ad").read_bytes() == (tmp_path / "whole.h5ad").read_bytes()
