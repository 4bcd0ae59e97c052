from collections.abc import Sequence
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.cells.cell_file import CellFile
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.genes.known import known_names
from bulk2cell.parameters import CellInput

GENES = [
    "GENE0000",
    "TP53",
    "ERCC1",
    "MT-CO1",
    "AC012345.1",
    "HLA-A",
    "RPL3",
    "eGFP",
    *(f"GENE{i:04d}" for i in range(1, 240)),
]
KNOWN = known_names([name for name in GENES if name.startswith("GENE")], None)
CELLS = 6


def opened(
    folder: Path, extra: Sequence[str], var: pd.DataFrame | None = None, top: int = 5
) -> tuple[CellFile, sp.csr_matrix]:
    """Write cells with and without extra features between the genes, and open both."""
    rng = np.random.default_rng(1)
    clean = sp.csr_matrix(rng.poisson(2, (CELLS, len(GENES))).astype(np.float32))
    more = sp.csr_matrix(rng.integers(1, top + 1, (CELLS, len(extra))).astype(np.float32))
    order = np.argsort(rng.random(len(GENES) + len(extra)))
    order = np.r_[order[order >= len(GENES)][:1], order[order < len(GENES)], order[order >= len(GENES)][1:]]
    order[order < len(GENES)] = np.arange(len(GENES))
    frame = (pd.DataFrame(index=[*GENES, *extra]) if var is None else var).iloc[order]
    X = sp.hstack([clean, more]).tocsr()[:, order]
    X.sort_indices()
    ad.AnnData(X, var=frame).write_h5ad(folder / "cells.h5ad")
    with open_cells(folder / "cells.h5ad", CellInput(), KNOWN) as file:
        block = file.block(0, CELLS)
    return CellFile(**{**vars(file), "block": lambda start, stop: block[start:stop]}), clean


@pytest.mark.parametrize(
    ("extra", "what"),
    [
        (["__no_feature", "__ambiguous"], "2 summaries of counting tools"),
        (["N_unmapped", "N_noFeature"], "2 summaries of counting tools"),
        (["ERCC-00002", "ERCC.00130"], "2 spike-ins"),
        (["SIRV101"], "1 spike-ins"),
        (["chr1:1-100", "chrX-5-90"], "2 peaks"),
        (["CD3_TotalSeqB", "Hashtag1"], "2 antibodies and tags"),
        (["Length", "Total"], "2 columns of notes"),
        (["tumor", "malignant(1=no,2=yes,0=unresolved)"], "2 columns of notes"),
        (["mm10_Trp53", "ENSMUSG00000059552"], "2 genes of another species"),
    ],
)
def test_what_is_no_gene_is_left_out_and_said(tmp_path: Path, extra: list[str], what: str) -> None:
    file, clean = opened(tmp_path, extra)
    assert list(file.var.index) == GENES
    block = file.block(0, CELLS)
    assert isinstance(block, sp.csr_matrix)
    assert block.has_sorted_indices
    for name in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(block, name), getattr(clean, name))
    (note,) = file.notes
    assert note.startswith(f"Features left out as no genes of the cells: {what} (")
    assert "% of the first cells' values" in note


@pytest.mark.parametrize("value", ["Gene Expression", "gene_expression"])
def test_of_several_types_genes_alone_stay(tmp_path: Path, value: str) -> None:
    kinds = [value] * len(GENES) + ["Antibody Capture"] * 2
    var = pd.DataFrame({"feature_types": pd.Categorical(kinds)}, index=[*GENES, "TP53", "KRAS"])
    file, clean = opened(tmp_path, ["TP53", "KRAS"], var)
    assert list(file.var.index) == GENES
    assert np.array_equal(file.block(0, CELLS).toarray(), clean.toarray())
    assert "2 of the type Antibody Capture (" in file.notes[0]


def test_types_that_say_nothing_of_expression_decide_nothing(tmp_path: Path) -> None:
    var = pd.DataFrame({"Type": ["gene"] * len(GENES) + ["other"]}, index=[*GENES, "KRAS"])
    file, _ = opened(tmp_path, ["KRAS"], var)
    assert len(file.var) == len(GENES) + 1
    assert file.notes == ()


def test_a_file_of_genes_is_left_as_it_is(tmp_path: Path) -> None:
    file, clean = opened(tmp_path, [])
    assert list(file.var.index) == GENES
    assert file.notes == ()
    assert np.array_equal(file.block(0, CELLS).toarray(), clean.toarray())


def test_an_unknown_name_that_holds_much_is_said(tmp_path: Path) -> None:
    file, _ = opened(tmp_path, ["WHATEVER"], top=1000)
    assert len(file.var) == len(GENES) + 1
    (note,) = file.notes
    assert note.startswith("WHATEVER holds ")
    file, _ = opened(tmp_path, ["KRAS"], top=1000)
    assert file.notes == ()
