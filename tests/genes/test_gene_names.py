from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.genes.names import highest_repeats, to_symbols

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


def test_symbols_need_no_table() -> None:
    assert list(to_symbols(pd.Index(["P53", "EGFR"]), None, FILE).symbols) == ["P53", "EGFR"]


@pytest.mark.parametrize("names", [["ENSG00000141510", "ENSG00000146648"], ["7157", "1956"]])
def test_ids_without_a_table_ask_for_it(names: list[str]) -> None:
    with pytest.raises(InputError, match=r"--gene-ids.*fetch gene_ids"):
        to_symbols(pd.Index(names), None, FILE)


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2]])
def test_of_repeats_the_highest_mean_stays_and_names_break_ties(order: list[int]) -> None:
    names, means = pd.Index(["a", "B", "c", "d"])[order], np.array([2.1, 1.5, 4.5, 4.5 + 1e-9])[order]
    best = highest_repeats(np.array([0, 1, 0, 0])[order], names, means)
    assert list(names[best]) == ["c", "B"]
