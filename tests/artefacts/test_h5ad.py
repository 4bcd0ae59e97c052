import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from bulk2cell.artefacts.h5ad import write_h5ad


@contextmanager
def no_larger_files_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_every_limit_is_one_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    obs = pd.DataFrame({"a": ["x", "y"] * 50}, index=[f"cell {n}" for n in range(100)])
    cells = ad.AnnData(np.ones((100, 30), np.float32), obs=obs)
    write_h5ad(cells, tmp_path / "whole.h5ad")
    size = (tmp_path / "whole.h5ad").stat().st_size
    for limit in range(0, size, 1500):
        with pytest.raises(OSError, match=r"part\.h5ad") as error, no_larger_files_than(limit):
            write_h5ad(cells, tmp_path / "part.h5ad")
        assert error.value.errno == errno.EFBIG
    assert capfd.readouterr().err == ""
    write_h5ad(cells, tmp_path / "part.h5ad")
    assert (tmp_path / "part.h5ad").read_bytes() == (tmp_path / "whole.h5ad").read_bytes()
