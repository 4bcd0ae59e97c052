"""The scale of expression values: counts, log or z-score."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.errors import InputError
from bulk2cell.parameters import Scale

LARGEST_LOG = 25.0
UNITS_IN_ONE = np.float32(2**24)


@dataclass(frozen=True)
class Place:
    """Names of a matrix's file, samples and genes, to say where a value stands."""

    path: Path
    samples: "pd.Index[str]"
    genes: "pd.Index[str]"

    def first(self, X: Any, wrong: Callable[[Any], Any]) -> str:
        """Return the place and the value of the first entry for which `wrong` holds."""
        for row in range(X.shape[0]):
            values = X[row].toarray().ravel() if isinstance(X, sp.csr_matrix) else X[row]
            columns = np.flatnonzero(wrong(values))
            if len(columns):
                return (
                    f"{self.path}: {self.samples[row]}, gene {self.genes[columns[0]]}: {values[columns[0]]:g}"
                )
        return str(self.path)


@dataclass(frozen=True)
class Values:
    """What the scale is told by: the extremes of the values, and whether all are whole numbers."""

    low: float
    high: float
    whole: bool

    @property
    def finite(self) -> bool:
        """Whether no value is missing or infinite."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def __or__(self, other: "Values") -> "Values":
        """Join with what is known of more values."""
        low, high = min(self.low, other.low), max(self.high, other.high)
        return Values(low, high, self.whole and other.whole)


def values_of(X: Any) -> Values:
    """Return the extremes of values, samples x genes, csr or dense, and whether all are whole."""
    values = X.data if isinstance(X, sp.csr_matrix) else X
    if not values.size:
        return Values(0.0, 0.0, True)
    return Values(float(values.min()), float(values.max()), bool((values == np.rint(values)).all()))


def likely_scale(values: Values) -> Scale:
    """Return what the values look like; what they cannot be is left to `scale_of`."""
    if values.whole:
        return "counts"
    return "zscore" if values.low < 0 else "log"


def scale_of(
    values: Values, declared: Scale, path: Path, first: Callable[[Callable[[Any], Any]], str]
) -> Scale:
    """Return the scale of all values: the declared one, else the one they look like.

    counts: non-negative integers; zscore: some are negative; log: non-negative, not integers, below 25. Declared counts
    may have decimals, as corrected counts and TPM have: they are normalised and logged as counts are.

    Parameters
    ----------
    first
        Returns the place of the first value for which a condition holds.

    Raises
    ------
    InputError
        If a value contradicts the declared scale, or no scale fits.
    """
    low, high = values.low, values.high
    if low == high == 0:
        raise InputError(f"{path}: every value is zero; give a file with expression")
    if declared != "zscore" and low < 0 and (values.whole or declared != "auto"):
        raise InputError(
            f"{first(lambda v: v < 0)}: {'log values' if declared == 'log' else 'counts'} cannot be negative; "
            "correct it, or declare --scale zscore"
        )
    if declared == "log" and high >= LARGEST_LOG:
        raise InputError(
            f"{first(lambda v: v >= LARGEST_LOG)}: too large for a log value; declare --scale counts for values "
            "that are not logged yet"
        )
    if declared != "auto":
        return declared
    likely = likely_scale(values)
    if likely == "log" and high >= LARGEST_LOG:
        raise InputError(
            f"{path}: values are neither whole counts nor log values (largest {high:g}); declare --scale counts for "
            "corrected counts or TPM, or give raw counts"
        )
    return likely


def check_finite(X: Any, where: Place) -> None:
    """Check that no value is missing or infinite.

    Raises
    ------
    InputError
        With the place of the first one.
    """
    if not np.isfinite(X.data if isinstance(X, sp.csr_matrix) else X).all():
        place = where.first(X, lambda values: ~np.isfinite(values))
        raise InputError(f"{place} is not a finite number; remove or replace missing and infinite values")


def totals(counts: Any) -> NDArray[np.float64]:
    """Return each cell's total, cells x genes, csr or dense; it has the same bits in any order of genes.

    Values are rounded to multiples of 2^-24, which none from 1 on is changed by: whole numbers of such units, which float64
    adds up without rounding (totals up to 2^29).
    """
    if not isinstance(counts, sp.csr_matrix):
        return np.asarray(np.rint(counts * UNITS_IN_ONE).sum(axis=1, dtype=np.float64) / UNITS_IN_ONE)
    total = np.zeros(counts.shape[0])
    filled = np.flatnonzero(np.diff(counts.indptr))
    if len(filled):
        units = np.rint(counts.data * UNITS_IN_ONE)
        total[filled] = np.add.reduceat(units, counts.indptr[filled], dtype=np.float64) / UNITS_IN_ONE
    return total


def log_normalised(counts: sp.csr_matrix, total: NDArray[np.float64], target_sum: float) -> sp.csr_matrix:
    """Return log1p of counts at the same total per cell, float32; numbers are those of scanpy's normalize_total and log1p.

    Parameters
    ----------
    counts
        Cells x any of their genes.
    total
        Per cell over all of its genes; a cell without counts stays as it is.
    """
    per_cell = total.astype(np.float32) / np.float32(target_sum)
    per_cell[per_cell == 0] = 1
    values = np.repeat(per_cell, np.diff(counts.indptr))
    np.divide(counts.data, values, out=values)
    return sp.csr_matrix((np.log1p(values, out=values), counts.indices, counts.indptr), shape=counts.shape)
