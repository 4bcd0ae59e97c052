from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bulk2cell.cells.units import Units
from bulk2cell.errors import InputError
from bulk2cell.genes.columns import find_columns
from bulk2cell.parameters import Scale, StudyParameters
from bulk2cell.preprocess import quality
from bulk2cell.preprocess.quality import filter_quality
from bulk2cell.preprocess.survey import Survey


def survey(scale: Scale = "counts") -> Survey:
    genes = pd.Index(list("ABCD"))
    return Survey(
        Units(scale),
        find_columns(genes, genes),
        pd.DataFrame({"n_genes": [3.0, 2.0, 1.0, 0.0]}, index=["full", "half", "poor", "empty"]),
        np.full(4, np.nan),
        pd.DataFrame({"cells": [2.0, 2.0, 1.0, 0.0]}, index=genes),
    )


def test_poor_cells_and_rare_genes_go_and_cells_are_left_by_name() -> None:
    parameters = StudyParameters(min_genes_per_cell=1, min_cells_per_gene=1)
    cells, genes, account = filter_quality(survey(), parameters, Path("f"))
    assert cells.tolist() == [0, 1, 2]
    assert list(genes) == ["A", "B", "C"]
    assert [(step["before"], step["after"]) for step in account] == [(4, 3), (4, 3)]


def test_what_is_found_just_often_enough_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "FEWEST_CELLS", 2)
    parameters = StudyParameters(min_genes_per_cell=2, min_cells_per_gene=2)
    cells, genes, _ = filter_quality(survey(), parameters, Path("f"))
    assert cells.tolist() == [0, 1]
    assert list(genes) == ["A", "B"]


def test_z_scores_are_not_filtered() -> None:
    cells, genes, account = filter_quality(survey("zscore"), StudyParameters(), Path("f"))
    assert cells.tolist() == [3, 0, 1, 2]
    assert list(genes) == list("ABCD")
    assert account == []


@pytest.mark.parametrize("least", [{"min_genes_per_cell": 10}, {"min_cells_per_gene": 10}])
def test_nothing_left_says_how_much_there_was(least: dict[str, int]) -> None:
    parameters = StudyParameters(**{"min_genes_per_cell": 1, "min_cells_per_gene": 1, **least})
    with pytest.raises(InputError, match=r"most genes in a cell: 3\)"):
        filter_quality(survey(), parameters, Path("f"))


def test_too_few_cells_left() -> None:
    with pytest.raises(InputError, match="2 cells, at least 3 are needed"):
        filter_quality(survey(), StudyParameters(min_genes_per_cell=2, min_cells_per_gene=1), Path("f"))
