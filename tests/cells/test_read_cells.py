import gzip
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.cells.open_cells import open_cells
from bulk2cell.cells.read_cells import read_cells
from bulk2cell.cells.read_table_cells import read_table_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput

KNOWN = {"TP53", "EGFR", "MYC"}
CELLS_BY_GENES = "cell,TP53,EGFR,NEW1\nc1,0,2,1\nc2,5,0,3\n"
EXPECTED = [[0, 2, 1], [5, 0, 3]]


def test_a_table_of_cells_keeps_columns_that_are_no_genes_apart(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text("cell,response,TP53,EGFR,line,NEW1,Label\nc1,1,0,2,A549,1,0\nc2,,5,0,PC9,3,1\n")
    cells, orientation = read_cells(path, CellInput(), KNOWN)
    assert orientation == "cells-by-genes"
    assert list(cells.var_names) == ["TP53", "EGFR", "NEW1"]
    assert cells.X.toarray().tolist() == EXPECTED
    assert cells.X.dtype == np.float32
    assert list(cells.obs.columns) == ["response", "line", "Label"]
    assert cells.obs["response"].tolist() == ["1", ""]


def test_coordinates_are_no_genes_and_padded_names_stay(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("cell,UMAP_1,pca2,TP53,EGFR\n0001,-1.5,2.5,1,2\n0002,0.5,-2,3,4\n")
    cells, _ = read_cells(tmp_path / "t.csv", CellInput(), {"TP53", "EGFR"})
    assert list(cells.obs_names) == ["0001", "0002"]
    assert list(cells.var_names) == ["TP53", "EGFR"]
    assert list(cells.obs) == ["UMAP_1", "pca2"]


def test_genes_by_cells(tmp_path: Path) -> None:
    path = tmp_path / "cells.tsv"
    path.write_text("gene\tc1\tc2\nTP53\t0\t5\nEGFR\t2\t0\nNEW1\t1\t3\n")
    cells, orientation = read_cells(path, CellInput(), KNOWN)
    assert orientation == "genes-by-cells"
    assert list(cells.obs_names) == ["c1", "c2"]
    assert cells.X.toarray().tolist() == EXPECTED


def test_a_header_as_r_writes_it_in_a_gz_of_any_name(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    path.write_bytes(gzip.compress(b'"c1","c2"\n"TP53",0,5\n"EGFR",2,0\n"NEW1",1,3\n'))
    cells, _ = read_cells(path, CellInput(), KNOWN)
    assert list(cells.obs_names) == ["c1", "c2"]
    assert list(cells.var_names) == ["TP53", "EGFR", "NEW1"]
    assert cells.X.toarray().tolist() == EXPECTED


def test_chunks_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulk2cell.cells.read_table_cells.VALUES_PER_CHUNK", 1)
    monkeypatch.setattr("bulk2cell.cells.read_table_cells.FEWEST_ROWS_PER_CHUNK", 2)
    values = np.arange(21).reshape(7, 3)
    table = pd.DataFrame(values, index=[f"c{i}" for i in range(7)], columns=["TP53", "EGFR", "MYC"])
    table.assign(batch=list("abcdefg")).to_csv(tmp_path / "cells.csv")
    cells, _ = read_table_cells(tmp_path / "cells.csv", "auto", KNOWN)
    assert cells.X.toarray().tolist() == values.tolist()
    assert cells.obs["batch"].tolist() == list("abcdefg")
    table.T.to_csv(tmp_path / "genes.csv")
    turned, _ = read_table_cells(tmp_path / "genes.csv", "auto", KNOWN)
    assert turned.X.toarray().tolist() == values.tolist()


@pytest.mark.parametrize("named_index", [True, False])
def test_parquet_with_and_without_an_index(tmp_path: Path, named_index: bool) -> None:
    table = pd.DataFrame(
        EXPECTED, index=pd.Index(["c1", "c2"], name="cell"), columns=["TP53", "EGFR", "NEW1"]
    )
    (table if named_index else table.reset_index()).to_parquet(tmp_path / "cells.parquet")
    cells, _ = read_cells(tmp_path / "cells.parquet", CellInput(), KNOWN)
    assert list(cells.obs_names) == ["c1", "c2"]
    assert cells.X.toarray().tolist() == EXPECTED


def test_cells_named_twice_keep_their_names(tmp_path: Path) -> None:
    (tmp_path / "cells.csv").write_text("gene,c1,c1\nTP53,0,5\n")
    assert list(read_cells(tmp_path / "cells.csv", CellInput(), KNOWN)[0].obs_names) == ["c1", "c1"]


@pytest.mark.parametrize("kind", ["csr", "csc", "dense", "int"])
def test_h5ad_of_any_storage(tmp_path: Path, kind: str) -> None:
    dense = np.array(EXPECTED, dtype=float)
    X = {"csr": sp.csr_matrix(dense), "csc": sp.csc_matrix(dense), "dense": dense, "int": dense.astype(int)}[
        kind
    ]
    ad.AnnData(X, var=pd.DataFrame(index=["TP53", "EGFR", "NEW1"])).write_h5ad(tmp_path / "cells.h5ad")
    cells, _ = read_cells(tmp_path / "cells.h5ad", CellInput(), KNOWN)
    assert sp.issparse(cells.X) == (kind in ("csr", "csc"))
    assert cells.to_df().to_numpy().tolist() == EXPECTED
    assert cells.X.dtype == np.float32


def test_an_mtx_folder_keeps_gene_expression_alone(tmp_path: Path) -> None:
    (tmp_path / "matrix.mtx").write_text(
        "%%MatrixMarket matrix coordinate integer general\n3 2 4\n1 2 5\n2 1 2\n3 1 1\n3 2 3\n"
    )
    (tmp_path / "features.tsv").write_text(
        "ENSG00000141510\tTP53\tGene Expression\nENSG00000146648\tEGFR\tGene Expression\nCD3\tCD3\tAntibody Capture\n"
    )
    (tmp_path / "barcodes.tsv.gz").write_bytes(gzip.compress(b"c1\nc2\n"))
    with open_cells(tmp_path, CellInput(), KNOWN) as file:
        assert list(file.var.index) == ["TP53", "EGFR"]
        assert list(file.names(0, 2)) == ["c1", "c2"]
        assert file.block(0, 2).toarray().tolist() == [[0, 2], [5, 0]]
        assert "CD3" in file.notes[0]
    (tmp_path / "barcodes.tsv.gz").write_bytes(gzip.compress(b"c1\nc2\nc3\n"))
    with pytest.raises(
        InputError, match=r"3 rows x 2 columns, but 3 lines in features.tsv and 3 in barcodes.tsv.gz"
    ):
        read_cells(tmp_path, CellInput(), KNOWN)
    (tmp_path / "features.tsv").unlink()
    with pytest.raises(InputError, match=r"no features.tsv or genes.tsv"):
        read_cells(tmp_path, CellInput(), KNOWN)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cell,TP53,EGFR\nc1,1,x\n", "row c1, column EGFR: 'x' is not a number"),
        ("cell,TP53,EGFR\nc1,1,2\nc2,,2\n", "row c2, column TP53: '' is not a number"),
        ("cell,TP53,EGFR\nc1,1,2\nc2,1,2,3,4\n", "3 names in the first line, 5 fields in row 2"),
        ("TP53\nc1,1,2,3\n", "1 names in the first line, 4 fields in row 1"),
        ("cell,TP53,EGFR\n", "empty, cut off"),
        ("", "it is empty"),
    ],
)
def test_what_is_wrong_with_a_table(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "cells.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_cells(tmp_path / "cells.csv", CellInput(), KNOWN)


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    pd.DataFrame(EXPECTED, columns=["TP53", "EGFR", "MYC"]).to_pickle(tmp_path / "cells.pkl")
    with pytest.raises(InputError):
        read_cells(tmp_path / "cells.pkl", CellInput(), KNOWN)


@pytest.mark.parametrize(
    "lines",
    [
        *("2 2 1\n3 1 1\n", "2 2 1\n0 1 1\n", "2 2 1\n-1 1 1\n", "2 2 1\n4294967297 1 1\n", "2 2 3\n1 1 1\n"),
        *("2 2 1000000000000\n1 1 1\n", "1000000000000 2 1\n1 1 1\n", "2 2 1\n1 1 x\n"),
    ],
)
def test_a_matrix_that_does_not_hold_what_it_claims(tmp_path: Path, lines: str) -> None:
    (tmp_path / "matrix.mtx").write_text(f"%%MatrixMarket matrix coordinate integer general\n{lines}")
    (tmp_path / "genes.tsv").write_text("ENSG00000141510\tTP53\nENSG00000146648\tEGFR\n")
    (tmp_path / "barcodes.tsv").write_text("c1\nc2\n")
    with pytest.raises(InputError) as raised:
        read_cells(tmp_path, CellInput(), KNOWN)
    assert not isinstance(raised.value.__cause__, MemoryError)
