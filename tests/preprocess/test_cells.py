from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput
from bulk2cell.preprocess.bulk import load_bulk
from bulk2cell.preprocess.cells import load_cells
from bulk2cell.sources.gene_ids import read_gene_ids

GENE_IDS = pd.DataFrame(
    {
        "identifier": ["P53", "TP53", "EGFR", "7157", "1956"],
        "symbol": ["TP53", "TP53", "EGFR", "TP53", "EGFR"],
    }
)


def h5ad(folder: Path, X: object, genes: list[str], **var: list[str]) -> Path:
    obs = pd.DataFrame({"batch": list("xyz")}, index=["c3", "c1", "c2"])
    ad.AnnData(X, obs=obs, var=pd.DataFrame(var, index=genes)).write_h5ad(folder / "cells.h5ad")
    return folder / "cells.h5ad"


def test_counts_are_merged_then_normalised_over_all_genes(tmp_path: Path) -> None:
    X = sp.csr_matrix(np.array([[1, 2, 3, 4], [0, 0, 5, 5], [0, 0, 0, 0]], dtype=float))
    cells, record = load_cells(
        h5ad(tmp_path, X, ["P53", "TP53", "EGFR", "UNKNOWN"]), CellInput(), GENE_IDS, 100, []
    )
    assert list(cells.obs_names) == ["c3", "c1", "c2"]
    assert list(cells.var_names) == ["EGFR", "TP53", "UNKNOWN"]
    assert np.expm1(cells.X.toarray()) == pytest.approx(
        np.array([[30, 30, 40], [50, 0, 50], [0, 0, 0]]), rel=1e-5
    )
    assert cells.obs["n_counts"].tolist() == [10, 10, 0]
    assert cells.obs["n_genes"].tolist() == [3, 2, 0]
    assert cells.obs["batch"].tolist() == ["x", "y", "z"]
    assert record["scale"] == "counts"
    assert record["renamed_genes"] == 1
    assert record["merged_genes"] == 1
    assert isinstance(cells.X, sp.csr_matrix)
    assert cells.X.dtype == np.float32


def test_log_values_are_not_logged_again(tmp_path: Path) -> None:
    X = np.array([[0.5, 2], [0, 1.5], [3, 0]])
    cells, record = load_cells(h5ad(tmp_path, X, ["TP53", "EGFR"]), CellInput(), None, 1e4, [])
    assert record["scale"] == "log"
    assert cells[:, ["TP53", "EGFR"]].X.toarray() == pytest.approx(X)


def test_z_scores_stay_as_they_are_and_say_nothing_of_depth(tmp_path: Path) -> None:
    X = np.array([[0.5, -2], [0, 1.5], [3, 0]])
    cells, record = load_cells(h5ad(tmp_path, X, ["7157", "1956"]), CellInput(), GENE_IDS, 1e4, [])
    assert record["scale"] == "zscore"
    assert record["identifiers"] == "entrez"
    assert pytest.approx(X) == cells[:, ["TP53", "EGFR"]].X
    assert cells.obs[["n_counts", "n_genes"]].isna().all(axis=None)
    assert "z-scores" in record["warnings"][0]


def test_symbols_beside_ensembl_ids_serve_where_no_table_knows_the_ids(tmp_path: Path) -> None:
    path = h5ad(
        tmp_path, np.eye(3)[:, :2], ["ENSG00000141510", "ENSG00000146648"], feature_name=["TP53", "EGFR"]
    )
    for table in (None, GENE_IDS):
        cells, _ = load_cells(path, CellInput(), table, 1e4, [])
        assert list(cells.var_names) == ["EGFR", "TP53"]


def test_counts_left_in_a_layer_are_pointed_out(tmp_path: Path) -> None:
    cells = ad.AnnData(np.full((3, 2), 0.7), var=pd.DataFrame(index=["TP53", "EGFR"]))
    cells.layers["counts"] = np.ones((3, 2))
    cells.write_h5ad(tmp_path / "cells.h5ad")
    _, record = load_cells(tmp_path / "cells.h5ad", CellInput(), None, 1e4, [])
    assert "layers['counts']" in record["warnings"][0]


def test_a_cell_named_twice(tmp_path: Path) -> None:
    (tmp_path / "cells.csv").write_text("gene,c1,c2,c1\nTP53,0,5,1\n")
    with pytest.raises(InputError, match="cell c1 occurs twice"):
        load_cells(tmp_path / "cells.csv", CellInput(), None, 1e4, ["TP53"])


@pytest.fixture(scope="module")
def real_gene_ids(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    names, aliases = (
        pd.read_csv(real_data / "gene_ids" / file, sep="\t", dtype=str)
        for file in ("entrez_symbol_ensembl.tsv.gz", "alias.tsv.gz")
    )
    path = tmp_path_factory.mktemp("gene_ids") / "gene_ids.tsv"
    names.merge(aliases, on="entrez", how="left").to_csv(path, sep="\t", index=False)
    return read_gene_ids(path)


def test_real_z_scores_by_entrez_id(real_data: Path, real_gene_ids: pd.DataFrame) -> None:
    path = real_data / "cells" / "scad" / "Target_expr_resp_z.Gefitinib_tp4k.tsv"
    cells, record = load_cells(path, CellInput(), real_gene_ids, 1e4, [])
    raw = pd.read_csv(path, sep="\t", index_col=0)
    assert record["scale"] == "zscore"
    assert record["identifiers"] == "entrez"
    assert record["orientation"] == "cells-by-genes"
    assert list(cells.obs_names) == list(raw.index)
    assert cells.obs["response"].tolist() == raw["response"].tolist()
    assert cells[:, "A1BG"].X.ravel() == pytest.approx(raw["1"].to_numpy(), rel=1e-6)
    assert sum(name.isdigit() for name in cells.var_names) < 10


def test_real_counts_by_ensembl_id(real_data: Path, real_gene_ids: pd.DataFrame) -> None:
    bulk = load_bulk(real_data / "gdsc" / "expression_log2rma.parquet", real_gene_ids)
    path = real_data / "cells" / "lung-cellbench" / "sc_celseq2_5cl_p1.count.csv.gz"
    cells, record = load_cells(path, CellInput(), real_gene_ids, 1e4, bulk.names)
    assert record["scale"] == "counts"
    assert record["identifiers"] == "ensembl"
    assert record["orientation"] == "genes-by-cells"
    assert cells.n_obs == 297
    assert cells.obs_names[0] == "p1_A1"
    assert len(cells.var_names.intersection(bulk.expression.var_names)) > 4000
    assert np.expm1(cells.X).sum(axis=1) == pytest.approx(1e4, rel=1e-3)
