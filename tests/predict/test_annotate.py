from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.predict.annotate import annotate, write_annotated

PREDICTIONS = pd.DataFrame(
    {
        "cell": ["c", "a", "b"],
        "probability": [0.9, 0.1, 0.5],
        "call": ["sensitive", "resistant", "uncertain"],
    }
)


def cells_of(*names: str) -> ad.AnnData:
    return ad.AnnData(np.ones((len(names), 2), dtype=np.float32), obs=pd.DataFrame(index=list(names)))


def test_cells_are_joined_by_name_whatever_the_order() -> None:
    obs = annotate(cells_of("a", "b", "c"), PREDICTIONS).obs
    assert obs["bulk2cell_probability"].tolist() == [0.1, 0.5, 0.9]
    assert obs["bulk2cell_call"].tolist() == ["resistant", "uncertain", "sensitive"]


def test_the_given_cells_stay_as_they_are() -> None:
    cells = cells_of("a", "b")
    annotate(cells, PREDICTIONS)
    assert list(cells.obs.columns) == []


def test_cells_without_a_prediction_are_missing_and_can_be_written(tmp_path: Path) -> None:
    annotate(cells_of("a", "new", "c"), PREDICTIONS).write_h5ad(tmp_path / "cells.h5ad")
    obs = ad.read_h5ad(tmp_path / "cells.h5ad").obs
    assert obs.isna().to_numpy().tolist() == [[False] * 2, [True] * 2, [False] * 2]
    assert obs["bulk2cell_probability"]["c"] == 0.9
    assert obs["bulk2cell_call"]["a"] == "resistant"


def test_other_cells_are_refused() -> None:
    with pytest.raises(InputError, match="no cell name of the AnnData is in the predictions"):
        annotate(cells_of("x", "y"), PREDICTIONS)


def test_what_anndata_reads_but_cannot_write_is_one_line(tmp_path: Path) -> None:
    ad.AnnData(np.ones((3, 1)), obs=pd.DataFrame(index=["a", "b", "c"])).write_h5ad(tmp_path / "mine.h5ad")
    with h5py.File(tmp_path / "mine.h5ad", "r+") as file:
        file["uns"]["odd"] = np.void(b"1234")
        file["uns/odd"].attrs.update({"encoding-type": "numeric-scalar", "encoding-version": "0.2.0"})
    with pytest.raises(InputError, match=r"mine\.h5ad: cannot be written back .*leave out --annotated"):
        write_annotated(tmp_path / "mine.h5ad", PREDICTIONS, tmp_path)


def test_nullable_strings_layers_and_raw_stay_as_they_are(tmp_path: Path) -> None:
    cells = cells_of("a", "b", "c")
    cells.obs["patient"] = pd.array(["one", None, "two"], dtype="string")
    cells.layers["counts"] = cells.X * 2
    cells.raw = cells.copy()
    cells.obsp["near"] = np.eye(3)
    with ad.settings.override(allow_write_nullable_strings=True):
        cells.write_h5ad(tmp_path / "mine.h5ad")
    (tmp_path / "out").mkdir()
    write_annotated(tmp_path / "mine.h5ad", PREDICTIONS, tmp_path / "out")
    written = ad.read_h5ad(tmp_path / "out" / "cells.h5ad")
    assert written.obs["patient"].astype(str).tolist()[::2] == ["one", "two"]
    assert written.obs["patient"].isna().tolist() == [False, True, False]
    assert np.array_equal(written.layers["counts"], cells.layers["counts"])
    assert np.array_equal(written.raw.X, cells.raw.X)
    assert np.array_equal(written.obsp["near"], np.eye(3))
    assert written.obs["bulk2cell_probability"].tolist() == [0.1, 0.5, 0.9]
