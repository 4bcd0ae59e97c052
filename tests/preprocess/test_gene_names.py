from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.errors import InputError
from bulk2cell.preprocess.gene_names import merge_genes, to_symbols

FILE = Path("cells.csv")
GENE_IDS = pd.DataFrame(
    [
        ("ENSG00000141510", "TP53"),
        ("7157", "TP53"),
        ("P53", "TP53"),
        ("TP53", "TP53"),
        ("ENSG00000146648", "EGFR"),
        ("1956", "EGFR"),
        ("EGFR", "EGFR"),
    ],
    columns=["identifier", "symbol"],
)


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["ENSG00000141510.18", "ENSG00000146648"], "ensembl"),
        (["7157", "1956"], "entrez"),
        (["P53", "EGFR"], "symbol"),
    ],
)
def test_every_kind_of_name_becomes_the_current_symbol(names: list[str], kind: str) -> None:
    naming = to_symbols(pd.Index(names), GENE_IDS, FILE)
    assert list(naming.symbols) == ["TP53", "EGFR"]
    assert naming.identifiers == kind


def test_unknown_names_stay() -> None:
    naming = to_symbols(pd.Index(["EGFR", "RP11-34P13.7", "P53"]), GENE_IDS, FILE)
    assert list(naming.symbols) == ["EGFR", "RP11-34P13.7", "TP53"]
    assert naming.renamed == 1


def test_symbols_need_no_table() -> None:
    assert list(to_symbols(pd.Index(["P53", "EGFR"]), None, FILE).symbols) == ["P53", "EGFR"]


@pytest.mark.parametrize("names", [["ENSG00000141510", "ENSG00000146648"], ["7157", "1956"]])
def test_ids_without_a_table_ask_for_it(names: list[str]) -> None:
    with pytest.raises(InputError, match=r"--gene-ids.*fetch gene_ids"):
        to_symbols(pd.Index(names), None, FILE)


def test_repeated_counts_are_added() -> None:
    X = sp.csr_matrix(np.array([[1, 2, 4], [0, 3, 5]], dtype=np.float32))
    merged, symbols = merge_genes(
        X, pd.Index(["p53", "B", "tp53"]), pd.Index(["TP53", "B", "TP53"]), add=True
    )
    assert list(symbols) == ["B", "TP53"]
    assert merged.toarray().tolist() == [[2, 5], [3, 5]]
    assert merged.dtype == np.float32


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0]])
def test_of_repeated_log_values_the_highest_mean_stays(order: list[int]) -> None:
    X = np.array([[1.5, 0, 4.0], [0.2, 3, 5.0]])[:, order]
    names, symbols = np.array(["a", "B", "c"])[order], np.array(["A", "B", "A"])[order]
    merged, unique = merge_genes(X, pd.Index(names), pd.Index(symbols), add=False)
    assert list(unique) == ["A", "B"]
    assert merged.tolist() == [[4.0, 0], [5.0, 3]]


def test_z_scores_of_equal_mean_are_chosen_by_name_and_not_by_place() -> None:
    X = np.array([[-1.0, 1.0], [1.0, -1.0]])
    first, _ = merge_genes(X, pd.Index(["a", "b"]), pd.Index(["A", "A"]), add=False)
    second, _ = merge_genes(X[:, ::-1], pd.Index(["b", "a"]), pd.Index(["A", "A"]), add=False)
    assert first.tolist() == second.tolist() == [[-1.0], [1.0]]
