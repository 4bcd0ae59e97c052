import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest

from bulk2cell.artefacts.study import read_cell_labels, read_study
from bulk2cell.errors import ArtefactError
from made_up import forge


def set_first(name: str, value: float) -> Callable[[h5py.File], None]:
    def change(file: h5py.File) -> None:
        file[name][0] = value

    return change


def replace(name: str, values: Any) -> Callable[[h5py.File], None]:
    def change(file: h5py.File) -> None:
        attributes = dict(file[name].attrs)
        del file[name]
        file[name] = values
        file[name].attrs.update(attributes)

    return change


def declare(name: str, attribute: str, value: object) -> Callable[[h5py.File], None]:
    return lambda file: file[name].attrs.__setitem__(attribute, value)


def refused(path: Path, most_in_memory: float) -> str:
    forge(path, "study")
    with pytest.raises(ArtefactError, match="the copy is damaged") as error:
        read_study(path, most_in_memory)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("most_in_memory", [10, float("inf")])
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("bulk.h5ad", set_first("X", np.nan)),
        ("bulk.h5ad", set_first("obs/label", 2)),
        ("bulk.h5ad", set_first("obs/response", np.inf)),
        ("bulk.h5ad", replace("X", np.zeros((3, 3), np.float32))),
        ("bulk.h5ad", replace("obs/label", np.array(["1"] * 240, dtype=object))),
        ("bulk.h5ad", lambda file: file.__delitem__("obs/split")),
        ("cells.h5ad", set_first("X/data", np.inf)),
        ("cells.h5ad", set_first("X/indices", -1)),
        ("cells.h5ad", set_first("X/indices", 2**31 - 1)),
        ("cells.h5ad", set_first("X/indptr", 5)),
        ("cells.h5ad", declare("X", "encoding-type", "csc_matrix")),
        ("cells.h5ad", declare("X", "shape", [300, 2**40])),
        ("cells.h5ad", declare("X", "shape", [2**40, 163])),
        ("cells.h5ad", lambda file: file.__delitem__("X")),
        ("cells.h5ad", lambda file: file.__delitem__("obs/n_counts")),
        ("cells.h5ad", set_first("var/_index", "x")),
        ("cells.h5ad", lambda file: set_first("obs/_index", file["obs/_index"][1])(file)),
    ],
)
def test_expression_that_no_preprocessing_wrote_is_damage(
    tiny_study: Path, tmp_path: Path, name: str, change: Any, most_in_memory: float
) -> None:
    shutil.copytree(tiny_study, tmp_path / "study")
    with h5py.File(tmp_path / "study" / name, "r+") as file:
        change(file)
    assert refused(tmp_path / "study", most_in_memory)


def test_gene_sets_of_other_genes_are_damage(tiny_study: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_study, tmp_path / "study")
    table = pd.read_parquet(tiny_study / "pathways.parquet")
    table.assign(gene="NOGENE").to_parquet(tmp_path / "study" / "pathways.parquet")
    assert "are not of the same genes" in refused(tmp_path / "study", float("inf"))


def test_a_cell_with_two_labels_is_damage(tiny_study: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_study, tmp_path / "study")
    table = pd.read_parquet(tiny_study / "cell_labels.parquet")
    pd.concat([table, table[:1]]).to_parquet(tmp_path / "study" / "cell_labels.parquet")
    forge(tmp_path / "study", "study")
    with pytest.raises(ArtefactError, match="names a cell twice"):
        read_cell_labels(tmp_path / "study")
