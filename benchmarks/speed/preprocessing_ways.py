"""Two ways from a file of cells to the highly variable genes of normalised cells, each run in a process of its own.

See own_process.py. Ours makes a whole study: it includes the sha256 of what is read and written, lines, response, labels and
gene sets. The script filters, normalises over all genes and chooses among the lines' genes as ours does, and writes an h5ad.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from own_process import Run, in_own_process, timed

LINES, LINE_GENES, SETS, SET_GENES = 200, 6_000, 50, 100


def by_bulk2cell(work: Path, cells: Path, out: Path) -> Run:
    """Make a study."""
    from bulk2cell.parameters import CellInput, CellLabels, StudyParameters
    from bulk2cell.preprocess.study import Sources, preprocess

    yield
    sources = Sources(work / "bulk.parquet", work / "response.parquet", cells, work / "gene_sets.gmt")
    settings = CellInput(), CellLabels(), StudyParameters()
    preprocess(sources, "pair", "drug", out, [], "", *settings)
    yield


def by_scanpy(work: Path, cells: Path, out: Path) -> Run:
    """Read all cells and write those genes."""
    import scanpy as sc

    from bulk2cell.parameters import StudyParameters

    yield
    parameters = StudyParameters()
    genes = pd.read_parquet(work / "bulk.parquet").columns
    adata = sc.read_h5ad(cells)
    sc.pp.filter_cells(adata, min_genes=parameters.min_genes_per_cell)
    sc.pp.normalize_total(adata, target_sum=parameters.target_sum)
    sc.pp.log1p(adata)
    sc.pp.filter_genes(adata, min_cells=parameters.min_cells_per_gene)
    adata = adata[:, adata.var_names.isin(genes)].copy()
    sc.pp.highly_variable_genes(adata, n_top_genes=parameters.hvg, flavor="seurat")
    out.mkdir()
    adata[:, adata.var["highly_variable"]].copy().write_h5ad(out / "cells.h5ad")
    yield


def write_sources(work: Path, names: NDArray[Any]) -> None:
    """Write lines that know some of these genes, their response to a drug, and gene sets, all of them random."""
    rng = np.random.default_rng(3)
    genes = rng.choice(names, LINE_GENES, replace=False)
    lines = [f"LINE{number:03d}" for number in range(LINES)]
    expression = rng.uniform(4, 10, LINE_GENES) + rng.normal(0, 0.5, (LINES, LINE_GENES))
    pd.DataFrame(expression.astype(np.float32), lines, genes).to_parquet(work / "bulk.parquet")
    response = {"DATASET": "GDSC2", "CELL_LINE_NAME": lines, "DRUG_NAME": "drug", "AUC": rng.random(LINES)}
    pd.DataFrame(response).to_parquet(work / "response.parquet")
    sets = [rng.choice(genes, SET_GENES, replace=False) for _ in range(SETS)]
    rows = ["\t".join([f"SET{number}", "random", *members]) for number, members in enumerate(sets)]
    (work / "gene_sets.gmt").write_text("\n".join(rows))


WAYS = {"bulk2cell": by_bulk2cell, "scanpy": by_scanpy}


def measured(way: str, work: Path, cells: Path, out: Path, cores: int = 1) -> dict[str, float]:
    """Run one way in a process of its own."""
    return in_own_process(__file__, way, work, cells, out, cores=cores)


if __name__ == "__main__":
    timed(WAYS[sys.argv[1]](*map(Path, sys.argv[2:])))
