from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.cells.normalise import normalise
from bulk2cell.cells.scale import values_of
from bulk2cell.cells.units import Units, find_units
from bulk2cell.errors import InputError
from bulk2cell.genes.columns import find_columns
from bulk2cell.parameters import Scale

Matrix = NDArray[np.float64]
TARGET = 1e4
GENES = pd.Index([f"G{number}" for number in range(600)])


@pytest.fixture(scope="module")
def counts() -> Matrix:
    """Thirty cells of very different depth."""
    rng = np.random.default_rng(0)
    profile = rng.gamma(0.3, 1, len(GENES))
    depth = rng.lognormal(8, 0.6, (30, 1))
    return rng.poisson(depth * profile / profile.sum() * rng.lognormal(0, 0.5, (30, len(GENES)))).astype(
        float
    )


def per_cell(counts: Matrix, total: float) -> Matrix:
    return counts / counts.sum(axis=1, keepdims=True) * total


def size_factors(counts: Matrix) -> Matrix:
    """Return factors as scran makes them: 1 on average, near depth but not depth."""
    factors = counts.sum(axis=1, keepdims=True) * np.random.default_rng(1).lognormal(0, 0.2, (len(counts), 1))
    return factors / factors.mean()


def units_of(X: Matrix, declared: Scale = "auto", stated: float | None = None, genes: int = 0) -> Units:
    cells = sp.csr_matrix(X.astype(np.float32))
    return find_units(
        values_of(cells),
        declared,
        stated,
        genes or X.shape[1],
        Path("cells"),
        lambda wrong: "cells: somewhere",
    )


def normalised(X: Matrix, units: Units) -> Matrix:
    cells = sp.csr_matrix(X.astype(np.float32))
    return np.asarray(normalise(cells, find_columns(GENES, GENES), units, TARGET).toarray())


E = np.e
WAYS: dict[str, tuple[Callable[[Matrix], Matrix], Units]] = {
    "counts": (lambda c: c, Units("counts")),
    "ln 1e4": (lambda c: np.log1p(per_cell(c, 1e4)), Units("log", E, 1e4)),
    "ln CPM": (lambda c: np.log1p(per_cell(c, 1e6)), Units("log", E, 1e6)),
    "log2 CPM": (lambda c: np.log2(1 + per_cell(c, 1e6)), Units("log", 2, 1e6)),
    "log2 TPM / 10": (lambda c: np.log2(1 + per_cell(c, 1e5)), Units("log", 2, 1e5)),
    "log2 1e4": (lambda c: np.log2(1 + per_cell(c, 1e4)), Units("log", 2, 1e4)),
    "log10 1e4": (lambda c: np.log10(1 + per_cell(c, 1e4)), Units("log", 10, 1e4)),
    "ln median": (lambda c: np.log1p(per_cell(c, 2345.0)), Units("log", E, 2345)),
    "log2 of size factors": (lambda c: np.log2(1 + c / size_factors(c)), Units("log", 2)),
    "ln of size factors": (lambda c: np.log1p(c / size_factors(c)), Units("log", E)),
    "ln, not normalised": (np.log1p, Units("log", E, whole=True)),
    "log2, not normalised": (lambda c: np.log2(1 + c), Units("log", 2, whole=True)),
    "fractions": (lambda c: per_cell(c, 1), Units("counts", total=1)),
    "CPM": (lambda c: per_cell(c, 1e6), Units("counts", total=1e6)),
    "median": (lambda c: per_cell(c, 2345.0), Units("counts", total=2345)),
    "ln 1e4, two decimals": (lambda c: np.log1p(per_cell(c, 1e4)).round(2), Units("log", E, 1e4)),
    "log2 CPM, float16": (
        lambda c: np.log2(1 + per_cell(c, 1e6)).astype(np.float16).astype(float),
        Units("log", 2, 1e6),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_base_and_total_are_read_off_and_cells_brought_to_one_scale(way: str, counts: Matrix) -> None:
    make, expected = WAYS[way]
    X = make(counts)
    found = units_of(X)
    assert found == expected
    exact = 1e-2 if "decimals" in way or "float16" in way else 2e-6
    assert normalised(X, found) == pytest.approx(normalised(counts, Units("counts")), rel=exact, abs=exact)


def test_what_is_not_usual_is_described(counts: Matrix) -> None:
    words = {way: units_of(make(counts)).describe(TARGET) for way, (make, _) in WAYS.items()}
    assert words["counts"] is words["ln 1e4"] is None
    assert words["log2 CPM"] == (
        "The cells' values are log2(1 + counts per 1,000,000); they were brought to ln(1 + counts per 10,000)."
    )
    assert "ln(1 + counts), not normalised" in str(words["ln, not normalised"])
    assert "a size factor of each cell" in str(words["log2 of size factors"])
    assert "not logarithms and add up to 1 in every cell" in str(words["fractions"])


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("way", ["counts", "ln 1e4", "log2 CPM", "ln, not normalised", "fractions"])
def test_one_or_two_cells_show_a_usual_total(way: str, number: int, counts: Matrix) -> None:
    make, expected = WAYS[way]
    assert units_of(make(counts[:number])) == expected


@pytest.mark.parametrize("way", ["ln 1e4", "log2 1e4", "log2 CPM", "log2 TPM / 10"])
@pytest.mark.parametrize("genes", [300, 450])
def test_some_genes_alone_show_the_base_and_a_doubt(way: str, genes: int, counts: Matrix) -> None:
    X, chosen = WAYS[way][0](counts), np.random.default_rng(4).permutation(600)[:genes]
    some = np.zeros_like(X)
    some[:, chosen] = X[:, chosen]
    found = units_of(some)
    assert (found.base, found.total, found.complete) == (WAYS[way][1].base, WAYS[way][1].total, False)
    assert "has only some genes" in str(found.describe(TARGET))
    expected = normalised(counts, Units("counts"))[:, chosen]
    assert normalised(some, found)[:, chosen] == pytest.approx(expected, abs=1e-5)


def test_a_file_of_many_genes_is_not_cut_to_variable_ones(counts: Matrix) -> None:
    X = WAYS["ln median"][0](counts)[:, 1::2]
    few, many = units_of(X), units_of(X, genes=20_000)
    assert (few.total, few.complete) == (1e4, False)
    assert (many.total, many.complete) == (None, True)
    assert "may lack genes" in str(many.describe(TARGET))


def test_nearly_all_genes_of_decimal_values_show_the_base_with_a_doubt(counts: Matrix) -> None:
    tpm = per_cell(counts * np.random.default_rng(2).uniform(0.2, 5, len(GENES)), 1e6)
    found = units_of(np.log2(1 + tpm)[:, :550])
    assert (found.scale, found.base, found.complete) == ("log", 2, True)
    assert "cells differ by" in str(found.describe(TARGET))


def unfit(counts: Matrix, way: str) -> Matrix:
    """Return counts less what is in the soup, shrunken counts, or values logged twice: nothing that adds up."""
    rng = np.random.default_rng(3)
    return {
        "soup": np.clip(counts - 0.3 * rng.random(counts.shape), 0, None),
        "corrected": np.clip(counts * rng.uniform(0.5, 1.5, counts.shape), 0, 24),
        "logged twice": np.log1p(np.log1p(per_cell(counts, 1e4))),
        "root": np.sqrt(counts),
    }[way]


@pytest.mark.parametrize("way", ["soup", "corrected", "logged twice", "root"])
def test_what_fits_nothing_is_refused_and_can_be_declared(way: str, counts: Matrix) -> None:
    X = unfit(counts, way)
    with pytest.raises(InputError, match=r"cells: values .*--scale counts"):
        units_of(X)
    assert units_of(X, "counts") == Units("counts")
    if way != "soup":
        declared = units_of(X, "log")
        assert declared.stay(TARGET)
        assert "as declared" in str(declared.describe(TARGET))


def test_a_base_that_the_file_states_is_the_last_resort(counts: Matrix) -> None:
    found = units_of(unfit(counts, "logged twice"), stated=2.0)
    assert (found.base, found.complete) == (2.0, False)
    assert "as far as the file says" in str(found.describe(TARGET))
    assert units_of(WAYS["ln 1e4"][0](counts), stated=2.0).base == E


def test_cells_normalised_in_two_ways_are_each_brought_to_the_scale(counts: Matrix) -> None:
    mixed = np.log1p(np.concatenate([per_cell(counts[:15], 1e4), per_cell(counts[15:], 3000)]))
    found = units_of(mixed)
    assert not found.stay(TARGET)
    assert normalised(mixed, found) == pytest.approx(normalised(counts, Units("counts")), abs=1e-5)


def test_declared_counts_with_one_total_stay_declared(counts: Matrix) -> None:
    assert units_of(WAYS["ln 1e4"][0](counts), "counts") == Units("counts")
