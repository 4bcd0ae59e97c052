from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.cells.open_cells import open_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput

FORMS = {"csr": sp.csr_matrix, "csc": sp.csc_matrix, "dense": np.asarray}
GENES = [f"G{number}" for number in range(40)]
RNG = np.random.default_rng(0)
COUNTS = RNG.poisson(2.0, (12, 40)).astype(np.float32)
LOG = np.log1p(COUNTS / COUNTS.sum(axis=1, keepdims=True) * 1e4)
SCALED = (LOG - LOG.mean(axis=0)) / LOG.std(axis=0)


def saved(folder: Path, form: str, X: Any, genes: int = 40, raw: Any = None, **layers: Any) -> Path:
    """Write cells with the first genes in X and layers, and all in raw."""
    store = FORMS[form]
    obs = pd.DataFrame(index=[f"cell {number}" for number in range(12)])
    whole = ad.AnnData(store(COUNTS), obs=obs, var=pd.DataFrame(index=GENES))
    cells = whole[:, :genes].copy()
    cells.X = None if X is None else store(X[:, :genes])
    if raw is not None:
        whole.X = store(raw)
        cells.raw = whole
    for name, values in layers.items():
        cells.layers[name] = store(values[:, :genes])
    cells.write_h5ad(folder / "cells.h5ad")
    return folder / "cells.h5ad"


def taken(path: Path, **declared: Any) -> tuple[str, list[str], np.ndarray]:
    """Return the name of the matrix, the notes and the values."""
    with open_cells(path, CellInput(**declared), []) as file:
        block = file.block(0, 12)
        values = block.toarray() if isinstance(block, sp.csr_matrix) else block
        assert list(file.var.index) == GENES[: values.shape[1]]
        return file.matrix, list(file.notes), values


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("stored", "name", "values"),
    [
        ({"X": COUNTS}, "X", COUNTS),
        ({"X": LOG}, "X", LOG),
        ({"X": SCALED}, "X", SCALED),
        ({"X": COUNTS, "raw": LOG}, "X", COUNTS),
        ({"X": LOG, "raw": COUNTS}, "raw", COUNTS),
        ({"X": LOG, "raw": LOG}, "X", LOG),
        ({"X": LOG, "genes": 9, "raw": LOG}, "raw", LOG),
        ({"X": COUNTS, "genes": 9, "raw": LOG}, "raw", LOG),
        ({"X": LOG, "genes": 9, "raw": SCALED}, "X", LOG[:, :9]),
        ({"X": SCALED, "raw": LOG}, "raw", LOG),
        ({"X": SCALED, "raw": SCALED}, "X", SCALED),
        ({"X": SCALED, "genes": 9, "counts": COUNTS, "raw": LOG}, "raw", LOG),
        ({"X": SCALED, "counts": COUNTS, "raw": LOG}, "layers/counts", COUNTS),
        ({"X": LOG, "counts": COUNTS}, "layers/counts", COUNTS),
        ({"X": LOG, "Raw_Counts": COUNTS}, "layers/Raw_Counts", COUNTS),
        ({"X": LOG, "spliced": COUNTS}, "X", LOG),
        ({"X": COUNTS, "counts": COUNTS}, "X", COUNTS),
        ({"X": None, "counts": COUNTS}, "layers/counts", COUNTS),
        ({"X": None, "raw": LOG}, "raw", LOG),
        ({"X": np.zeros((12, 40)), "counts": COUNTS}, "layers/counts", COUNTS),
    ],
)
def test_the_matrix_of_most_genes_and_whole_counts_is_taken(
    tmp_path: Path, stored: dict[str, Any], form: str, name: str, values: np.ndarray
) -> None:
    found, notes, X = taken(saved(tmp_path, form, **stored))
    assert found == name
    assert np.array_equal(X, values.astype(np.float32))
    alone = (
        sum(key in {"X", "raw", "counts", "Raw_Counts"} and kept is not None for key, kept in stored.items())
        == 1
    )
    assert len(notes) == (0 if name == "X" or alone else 1)
    assert all(f"Expression was taken from {name} (" in note for note in notes)


def test_the_note_says_why_x_was_not_taken(tmp_path: Path) -> None:
    _, (note,), _ = taken(saved(tmp_path, "csr", SCALED, raw=COUNTS))
    assert note == (
        "Expression was taken from raw (40 genes), which has whole counts; X (40 genes) is scaled. Declare --layer or "
        "--use-raw to choose."
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_declared_matrix_is_taken_without_a_note(tmp_path: Path, form: str) -> None:
    path = saved(tmp_path, form, COUNTS, genes=9, raw=LOG, scaled=SCALED)
    for declared, name, values in (
        ({"layer": "scaled"}, "layers/scaled", SCALED[:, :9]),
        ({"use_raw": True}, "raw", LOG),
    ):
        found, notes, X = taken(path, **declared)
        assert (found, notes) == (name, [])
        assert np.array_equal(X, values.astype(np.float32))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("declared", [{"layer": "missing"}, {"use_raw": True}])
def test_what_is_declared_and_not_there_is_one_line(
    tmp_path: Path, form: str, declared: dict[str, Any]
) -> None:
    path = saved(tmp_path, form, LOG, other=LOG)
    with pytest.raises(InputError, match=r"there is no .*expression can be in X, layers/other"):
        taken(path, **declared)


def test_a_table_has_no_layers(tmp_path: Path) -> None:
    pd.DataFrame(COUNTS, columns=GENES).to_csv(tmp_path / "cells.csv")
    with (
        pytest.raises(InputError, match=r"there is no layers/counts; expression can be in X"),
        open_cells(tmp_path / "cells.csv", CellInput(layer="counts"), GENES),
    ):
        pass
