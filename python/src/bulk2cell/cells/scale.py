"""The scale of expression values: counts, log or z-score."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from bulk2cell.cells.log_evidence import Evidence, gather_evidence, no_evidence
from bulk2cell.errors import InputError
from bulk2cell.parameters import Scale

LARGEST_LOG = 25.0  # log2 of 33 million: no gene has as many counts


@dataclass(frozen=True)
class Place:
    """Names of a matrix's file, samples and genes, to locate a value in an error."""

    path: Path
    samples: "pd.Index[str]"
    genes: "pd.Index[str]"

    def first(self, X: Any, wrong: Callable[[Any], Any]) -> str:
        """Return the position and the value of the first entry for which `wrong` holds."""
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
    """What shows the scale: the extremes of the values, whether all are whole numbers, and what shows a logarithm."""

    low: float
    high: float
    whole: bool
    evidence: Evidence

    @property
    def finite(self) -> bool:
        """Whether no value is missing or infinite."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def __or__(self, other: "Values") -> "Values":
        """Combine with the extremes of more values."""
        low, high = min(self.low, other.low), max(self.high, other.high)
        return Values(low, high, self.whole and other.whole, self.evidence | other.evidence)


def values_of(X: Any) -> Values:
    """Return what shows the scale of values, samples x genes, csr or dense."""
    values = X.data if isinstance(X, sp.csr_matrix) else X
    if not values.size:
        return Values(0.0, 0.0, True, no_evidence())
    low, high, whole = float(values.min()), float(values.max()), bool((values == np.rint(values)).all())
    plain = whole or low < 0 or not math.isfinite(high)
    return Values(low, high, whole, no_evidence() if plain else gather_evidence(X))


def scale_of(
    values: Values, declared: Scale, path: Path, first: Callable[[Callable[[Any], Any]], str]
) -> Scale:
    """Return the declared scale of all values, or else the one that their extremes look like.

    Parameters
    ----------
    first
        Returns the place of the first value for which a condition holds.

    Raises
    ------
    InputError
        If a value contradicts the declared scale.
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
    if values.whole:
        return "counts"
    return "zscore" if low < 0 else "log"


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
