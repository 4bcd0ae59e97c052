from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.cells import cell_file
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.errors import InputError
from bulk2cell.genes.ids import read_gene_ids
from bulk2cell.genes.known import known_names
from bulk2cell.genes.names import Naming, name_genes
from bulk2cell.parameters import CellInput, Scale, StudyParameters
from bulk2cell.preprocess.bulk import load_bulk
from bulk2cell.preprocess.survey import Survey, survey_cells

GENES = ["B", "A1", "C", "A2"]
SYMBOLS = pd.Index(["B", "A", "C", "A"])


def written(folder: Path, X: Any) -> Path:
    obs = pd.DataFrame(index=[f"cell {i}" for i in range(X.shape[0])])
    ad.AnnData(X, obs=obs, var=pd.DataFrame(index=GENES)).write_h5ad(folder / "cells.h5ad")
    return folder / "cells.h5ad"


def survey_of(path: Path, declared: Scale = "auto", fewest: int = 1, target: float = 100) -> Survey:
    with open_cells(path, CellInput(), []) as file:
        parameters = StudyParameters(min_genes_per_cell=fewest, target_sum=target)
        return survey_cells(file, SYMBOLS, declared, parameters)


@pytest.mark.parametrize("form", [sp.csr_matrix, sp.csc_matrix, np.asarray])
@pytest.mark.parametrize("cells_at_once", [1, 2, 100])
def test_counts_are_merged_then_normalised_over_all_genes(
    tmp_path: Path, form: Any, cells_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", cells_at_once)
    X = np.array([[4, 1, 3, 2], [0, 5, 5, 0], [0, 0, 0, 0], [8, 0, 0, 0]], dtype=np.float32)
    found = survey_of(written(tmp_path, form(X)), fewest=2)
    assert found.units.scale == "counts"
    assert list(found.cells.index) == ["cell 0", "cell 1", "cell 2", "cell 3"]
    assert found.cells["n_counts"].tolist() == [10, 10, 0, 8]
    assert found.cells["n_genes"].tolist() == [3, 2, 0, 1]
    assert list(found.genes.index) == ["A", "B", "C"]
    linear = np.array([[30, 40, 30], [50, 0, 50]])
    assert found.genes["cells"].tolist() == [2, 1, 2]
    assert found.genes["mean"].tolist() == pytest.approx(linear.mean(axis=0))
    assert found.genes["variance"].tolist() == pytest.approx(linear.var(axis=0, ddof=1))


def test_log_values_keep_the_higher_repeat_and_are_not_logged_again(tmp_path: Path) -> None:
    X = np.array([[0.5, 2, 0, 1], [0, 1.5, 1, 0], [3, 0, 2, 9]])
    found = survey_of(written(tmp_path, X), target=1e4)
    assert found.units.scale == "log"
    assert found.cells["n_counts"].isna().all()
    assert found.cells["n_genes"].tolist() == [2, 1, 3]
    assert found.columns.columns.tolist() == [3, 0, 2]
    linear = np.expm1(X[:, [3, 0, 2]])
    assert found.genes["mean"].tolist() == pytest.approx(linear.mean(axis=0), rel=1e-6)
    assert found.genes["variance"].tolist() == pytest.approx(linear.var(axis=0, ddof=1), rel=1e-6)


def test_z_scores_say_nothing_of_depth(tmp_path: Path) -> None:
    found = survey_of(written(tmp_path, np.array([[0.5, -2, 0, 1], [0, 1.5, 1, 0]])))
    assert found.units.scale == "zscore"
    assert found.cells.isna().all(axis=None)
    assert not found.columns.repeated


def test_a_gene_that_does_not_vary_has_no_variance(tmp_path: Path) -> None:
    X = np.tile(np.float32([0.1, 0.7, 1.3, 0]), (1000, 1))
    assert survey_of(written(tmp_path, X)).genes["variance"].tolist() == [0, 0, 0]


def test_a_first_block_that_looks_like_another_scale_does_not_decide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", 1)
    X = np.array([[1, 2, 0, 1], [0.5, 0, 1, 2], [40, 0, -1, 0]])
    assert survey_of(written(tmp_path, X[:2])).units.scale == "log"
    assert survey_of(written(tmp_path, X)).units.scale == "zscore"
    assert survey_of(written(tmp_path, X[[1, 0]])).units.scale == "log"


@pytest.mark.parametrize(
    ("value", "declared", "message"),
    [
        (np.nan, "auto", "cell 2, gene C: nan is not a finite number"),
        (-3, "auto", "cell 2, gene C: -3: counts cannot be negative"),
        (40.5, "auto", "neither whole counts nor log values"),
        (40.5, "log", "cell 2, gene C: 40.5: too large for a log value"),
    ],
)
def test_what_is_wrong_in_a_late_block_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: float, declared: Scale, message: str
) -> None:
    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", 1)
    X = np.ones((4, 4), np.float32)
    X[2, 2] = value
    with pytest.raises(InputError, match=message):
        survey_of(written(tmp_path, X), declared)


def test_no_cell_with_enough_genes_is_no_error_yet(tmp_path: Path) -> None:
    found = survey_of(written(tmp_path, np.ones((2, 4), np.float32)), fewest=9)
    assert found.genes["cells"].tolist() == [0, 0, 0]


@pytest.fixture(scope="module")
def real_gene_ids(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    names, aliases = (
        pd.read_csv(real_data / "gene_ids" / file, sep="\t", dtype=str)
        for file in ("entrez_symbol_ensembl.tsv.gz", "alias.tsv.gz")
    )
    path = tmp_path_factory.mktemp("gene_ids") / "gene_ids.tsv"
    names.merge(aliases, on="entrez", how="left").to_csv(path, sep="\t", index=False)
    return read_gene_ids(path)


def real_survey(path: Path, gene_ids: pd.DataFrame, known: list[str]) -> tuple[Survey, Naming]:
    with open_cells(path, CellInput(), {*gene_ids["identifier"], *known}) as file:
        naming = name_genes(file.var, pd.Index(known), known_names(known, gene_ids), path)
        return survey_cells(file, naming.symbols, "auto", StudyParameters()), naming


def test_real_z_scores_by_entrez_id(real_data: Path, real_gene_ids: pd.DataFrame) -> None:
    path = real_data / "cells" / "scad" / "Target_expr_resp_z.Gefitinib_tp4k.tsv"
    found, naming = real_survey(path, real_gene_ids, [])
    raw = pd.read_csv(path, sep="\t", index_col=0)
    assert found.units.scale == "zscore"
    assert naming.identifiers == "entrez"
    assert list(found.cells.index) == list(raw.index)
    assert "A1BG" in found.genes.index
    assert sum(name.isdigit() for name in found.genes.index) < 10


def test_real_counts_by_ensembl_id(real_data: Path, real_gene_ids: pd.DataFrame) -> None:
    bulk = load_bulk(real_data / "gdsc" / "expression_log2rma.parquet", real_gene_ids)
    path = real_data / "cells" / "lung-cellbench" / "sc_celseq2_5cl_p1.count.csv.gz"
    found, naming = real_survey(path, real_gene_ids, list(bulk.names))
    assert found.units.scale == "counts"
    assert naming.identifiers == "ensembl"
    assert len(found.cells) == 297
    assert found.cells.index[0] == "p1_A1"
    assert len(found.genes.index.intersection(bulk.expression.var_names)) > 4000
    assert found.genes["mean"].sum() == pytest.approx(1e4)
