from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scanpy as sc
import scipy.sparse as sp

from bulk2cell.cells.normalise import log_normalised, totals
from bulk2cell.cells.scale import Place, check_finite, values_of
from bulk2cell.cells.units import find_units
from bulk2cell.errors import InputError

COUNTS = [[0, 3, 1], [40, 0, 2]]
LOG = [[0, 1.5, 0.3], [2.2, 0, 9.1]]
ZSCORES = [[-0.5, 1.2, 0.1], [0.5, -1.2, 3.0]]


def place(X: Any) -> Place:
    return Place(Path("cells.csv"), pd.Index([f"c{i}" for i in range(X.shape[0])]), pd.Index(list("ABC")))


def settled(X: Any, declared: Any) -> str:
    where = place(X)
    check_finite(X, where)
    return find_units(
        values_of(X), declared, None, X.shape[1], where.path, lambda wrong: where.first(X, wrong)
    ).scale


def dense(values: list[list[float]]) -> Any:
    return np.array(values, dtype=np.float32)


def sparse(values: list[list[float]]) -> Any:
    return sp.csr_matrix(dense(values))


@pytest.mark.parametrize("form", [dense, sparse])
@pytest.mark.parametrize(("values", "scale"), [(COUNTS, "counts"), (LOG, "log"), (ZSCORES, "zscore")])
def test_scale_is_detected(values: list[list[float]], scale: str, form: Any) -> None:
    X = form(values)
    assert settled(X, "auto") == scale


@pytest.mark.parametrize("form", [dense, sparse])
def test_declared_beats_detected(form: Any) -> None:
    X = form([[0, 1, 2], [3, 4, 24]])
    assert settled(X, "log") == "log"
    assert settled(X, "zscore") == "zscore"


def test_declared_counts_may_have_decimals() -> None:
    X = sparse([[0.5, 1, 2], [3, 4, 900]])
    assert settled(X, "counts") == "counts"


@pytest.mark.parametrize("form", [dense, sparse])
@pytest.mark.parametrize(
    ("values", "declared", "message"),
    [
        ([[0, 1, 2], [3, 25, 1]], "log", "c1, gene B: 25: too large for a log value"),
        (ZSCORES, "counts", "c0, gene A: -0.5"),
        (ZSCORES, "log", "c0, gene A: -0.5"),
        ([[0, 1, 2], [3, -7, 1]], "auto", "c1, gene B: -7"),
        ([[0, 1, 2], [3, np.nan, 1]], "auto", "c1, gene B: nan"),
        ([[0, 1, 2], [3, 4, np.inf]], "zscore", "c1, gene C: inf"),
        ([[0.5, 1, 2], [3, 4, 900]], "auto", "neither whole counts nor log values"),
        ([[0, 0, 0], [0, 0, 0]], "auto", "every value is zero"),
    ],
)
def test_what_cannot_be_is_an_error_with_its_place(
    values: list[list[float]], declared: Any, message: str, form: Any
) -> None:
    X = form(values)
    with pytest.raises(InputError, match=message):
        settled(X, declared)


def test_counts_reach_the_same_total_before_the_log() -> None:
    counts = sparse([[1, 3, 0], [10, 0, 30], [0, 0, 0]])
    X = log_normalised(counts, totals(counts), 1000)
    assert np.expm1(X.toarray()).sum(axis=1) == pytest.approx([1000, 1000, 0], rel=1e-5)
    assert X[0, 0] == pytest.approx(np.log1p(250), rel=1e-5)


@pytest.mark.parametrize("form", [dense, sparse])
def test_totals_of_many_genes_lose_no_count(form: Any) -> None:
    assert totals(form([[2.0**24, *[1.0] * 1000]])).tolist() == [2**24 + 1000]


def test_normalised_counts_are_those_of_scanpy_to_the_last_bit() -> None:
    counts = sp.random(200, 50, 0.3, "csr", np.float32, random_state=0)
    counts.data = np.ceil(counts.data * 100)
    counts[7] = 0
    theirs = ad.AnnData(counts.copy())
    sc.pp.normalize_total(theirs, target_sum=1e4)
    sc.pp.log1p(theirs)
    ours = log_normalised(counts, totals(counts), 1e4)
    assert ours.dtype == np.float32
    assert np.array_equal(ours.toarray(), theirs.X.toarray())


@pytest.mark.parametrize("form", [dense, sparse])
def test_what_tells_the_scale_adds_up_over_blocks(form: Any) -> None:
    blocks = [form(values) for values in (COUNTS, LOG, [[0, 0, 0]])]
    counts, log, empty = map(values_of, blocks)
    both = counts | log | empty
    assert (both.low, both.high, both.whole) == (0 if form is dense else min(log.low, 0), 40, False)
    assert (counts | empty).whole
    for value in (np.nan, np.inf, -np.inf):
        assert not values_of(form([[value, 1, 2]])).finite
