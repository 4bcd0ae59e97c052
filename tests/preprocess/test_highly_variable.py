from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scanpy as sc

from bulk2cell.cells.open_cells import open_cells
from bulk2cell.parameters import CellInput, StudyParameters
from bulk2cell.preprocess.bulk import load_bulk
from bulk2cell.preprocess.highly_variable import linear_statistics, union_of_variable_genes, variable_genes
from bulk2cell.preprocess.survey import survey_cells


def expression(varied: list[int], seed: int) -> ad.AnnData:
    rng = np.random.default_rng(seed)
    X = rng.uniform(1, 3, 600) + rng.normal(0, 0.05, (200, 600))
    X[:, varied] += rng.choice([-1, 1], (200, len(varied)))
    return ad.AnnData(X.astype(np.float32), var=pd.DataFrame(index=[f"G{i:02d}" for i in range(600)]))


def statistics(varied: list[int], seed: int) -> pd.DataFrame:
    return linear_statistics(expression(varied, seed))


def by_scanpy(cells: ad.AnnData, number: int) -> list[str]:
    table = sc.pp.highly_variable_genes(cells, n_top_genes=number, flavor="seurat", inplace=False)
    return sorted(cells.var_names[table["highly_variable"].to_numpy()])


def test_planted_variable_genes_are_found() -> None:
    assert variable_genes(statistics([3, 17, 42], 0), 3) == ["G03", "G17", "G42"]


def test_union_of_both_domains_is_sorted() -> None:
    genes = union_of_variable_genes(statistics([42, 3], 0), statistics([17, 5], 1), 2)
    assert list(genes) == ["G03", "G05", "G17", "G42"]


def test_cells_without_statistics_have_no_say() -> None:
    assert list(union_of_variable_genes(statistics([42, 3], 0), None, 2)) == ["G03", "G42"]


def test_all_genes_when_more_are_asked_for_than_there_are() -> None:
    assert len(variable_genes(statistics([1], 0), 900)) == 600


def test_no_gene_varies() -> None:
    still = pd.DataFrame({"mean": [1.0, 2.0, 0.0], "variance": 0.0}, index=list("ABC"))
    assert variable_genes(still, 2) == []


def test_genes_as_variable_as_the_last_are_added() -> None:
    table = statistics([3, 17], 0)
    twin = table.loc[["G17"]].set_axis(["G17b"])
    assert variable_genes(pd.concat([table, twin]).sort_index(), 2) == ["G03", "G17", "G17b"]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.filterwarnings("ignore")
def test_genes_are_those_of_scanpy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    genes, number = rng.integers(20, 400), rng.integers(1, 20)
    rates = rng.lognormal(-1, 1.5, genes) * rng.gamma(1, 1, (60, genes))
    X = np.log1p(rng.poisson(rates) * rng.uniform(0.5, 2, (60, 1))).astype(np.float32)
    X[:, : seed % 3] = 0
    cells = ad.AnnData(X, var=pd.DataFrame(index=[f"G{i:03d}" for i in range(genes)]))
    table = linear_statistics(cells)
    assert variable_genes(table, number) == by_scanpy(cells, number)
    noise = 1 + 1e-12 * rng.normal(size=table.shape)
    assert variable_genes(table * noise, number) == variable_genes(table, number)


def test_rounding_does_not_tell_the_better_genes_of_two_pairs_apart() -> None:
    table = pd.DataFrame(
        {"mean": [1, 1.001, 1000, 1001], "variance": [1, 2.3, 100, 700.7]}, index=list("ABCD")
    )
    assert variable_genes(table, 1) == ["B", "D"]


@pytest.mark.parametrize("number", [500, 2000])
@pytest.mark.filterwarnings("ignore:Some cells")
def test_genes_of_real_cells_are_those_of_scanpy(real_data: Path, number: int) -> None:
    path = real_data / "cells" / "lung-cellbench" / "sc_celseq2_5cl_p1.count.csv.gz"
    with open_cells(path, CellInput(orientation="genes-by-cells"), []) as file:
        survey = survey_cells(file, file.var.index, "auto", StudyParameters(min_genes_per_cell=1000))
        cells = ad.AnnData(file.block(0, file.count), var=pd.DataFrame(index=file.var.index))
    sc.pp.filter_cells(cells, min_genes=1000)
    sc.pp.filter_genes(cells, min_cells=3)
    sc.pp.normalize_total(cells, target_sum=1e4)
    sc.pp.log1p(cells)
    ours = survey.genes[survey.genes["cells"] >= 3]
    assert list(ours.index) == sorted(cells.var_names)
    assert variable_genes(ours, number) == by_scanpy(cells, number)


def test_genes_of_real_lines_are_those_of_scanpy(real_data: Path) -> None:
    lines = load_bulk(real_data / "gdsc" / "expression_log2rma.parquet", None).expression
    assert variable_genes(linear_statistics(lines), 2000) == by_scanpy(lines, 2000)
