"""Predictions under the kernels that OpenBLAS has for other processors, which it takes by an environment variable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from numpy._core._multiarray_umath import __cpu_features__ as has

from bulk2cell.artefacts.manifest import sha256

NEEDS = {"SkylakeX": "AVX512_SKX", "Haswell": "AVX2", "Sandybridge": "AVX", "Nehalem": "SSE42"}
KERNELS = [kernel for kernel, feature in NEEDS.items() if has.get(feature)]


def predictions(model: Path, cells: Path, out: Path, **environment: str) -> str:
    """Return the sha256 of the predictions of a process of its own."""
    words = ["predict", str(model), str(cells), "--out", str(out)]
    subprocess.run(
        [sys.executable, "-m", "bulk2cell", *words],
        env={**os.environ, **environment},
        check=True,
        timeout=120,
    )
    return sha256(out)


@pytest.mark.skipif(len(KERNELS) < 2, reason="OpenBLAS has one kernel alone for this processor")
def test_neither_kernels_nor_threads_change_a_bit(tiny_model: Path, world: Path, tmp_path: Path) -> None:
    cells = world / "cells.h5ad"
    found = {
        predictions(
            tiny_model, cells, tmp_path / kernel, OPENBLAS_CORETYPE=kernel, OMP_NUM_THREADS=str(threads)
        )
        for threads, kernel in enumerate(KERNELS, start=1)
    }
    assert len(found) == 1
