import anndata as ad
import numpy as np
import pandas as pd

from bulk2cell.preprocess.highly_variable import union_of_variable_genes, variable_genes


def expression(varied: list[int], seed: int) -> ad.AnnData:
    rng = np.random.default_rng(seed)
    X = rng.uniform(1, 3, 600) + rng.normal(0, 0.05, (200, 600))
    X[:, varied] += rng.choice([-1, 1], (200, len(varied)))
    return ad.AnnData(X.astype(np.float32), var=pd.DataFrame(index=[f"G{i:02d}" for i in range(600)]))


def test_planted_variable_genes_are_found() -> None:
    assert variable_genes(expression([3, 17, 42], 0), 3) == ["G03", "G17", "G42"]


def test_union_of_both_domains_is_sorted() -> None:
    genes = union_of_variable_genes(expression([42, 3], 0), expression([17, 5], 1), 2, zscored=False)
    assert list(genes) == ["G03", "G05", "G17", "G42"]


def test_z_scored_cells_have_no_say() -> None:
    genes = union_of_variable_genes(expression([42, 3], 0), expression([17, 5], 1), 2, zscored=True)
    assert list(genes) == ["G03", "G42"]


def test_all_genes_when_more_are_asked_for_than_there_are() -> None:
    assert len(variable_genes(expression([1], 0), 900)) == 600
