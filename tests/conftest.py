import os
from pathlib import Path

import pytest

os.environ.setdefault("NUMBA_CACHE_DIR", "/tmp/bulk2cell-numba")
os.environ.setdefault("MPLBACKEND", "agg")

from bulk2cell.parameters import SimulateParameters
from bulk2cell.sources.synthesise import synthesise


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bulk lines, response, gene sets and cells with a planted truth; do not write into it."""
    parameters = SimulateParameters(sensitive_cells=150, resistant_cells=150, depth=4000)
    return synthesise(tmp_path_factory.mktemp("world"), parameters)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real GDSC and single-cell data, if this machine has it."""
    folder = Path(os.environ.get("BULK2CELL_REAL_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not (folder / "gdsc" / "response.parquet").is_file():
        pytest.skip(f"real data not found at {folder}; set BULK2CELL_REAL_DATA")
    return folder
