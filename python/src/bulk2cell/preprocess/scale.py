"""The scale of expression values: counts, log or z-score."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import scanpy as sc
import scipy.sparse as sp

from bulk2cell.errors import InputError
from bulk2cell.parameters import Scale

LARGEST_LOG = 25.0


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


def settle_scale(X: Any, declared: Scale, where: Place) -> Scale:
    """Return the scale of the values: the declared one, else the one they look like.

    counts: non-negative integers; zscore: some are negative; log: non-negative, not integers, below 25. Declared counts
    may have decimals, as corrected counts and TPM have: they are normalised and logged as counts are.

    Parameters
    ----------
    X
        Samples x genes, csr or dense.
    declared
        What the user says; auto: detect.
    where
        Names for the messages.

    Raises
    ------
    InputError
        If a value is missing or infinite, contradicts the declared scale, or no scale fits.
    """
    check_finite(X, where)
    values = X.data if isinstance(X, sp.csr_matrix) else X
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    if low == high == 0:
        raise InputError(f"{where.path}: every value is zero; give a file with expression")
    whole = bool((values == np.rint(values)).all())
    if declared != "zscore" and low < 0 and (whole or declared != "auto"):
        raise InputError(
            f"{where.first(X, lambda v: v < 0)}: {'log values' if declared == 'log' else 'counts'} cannot be negative; "
            "correct it, or declare --scale zscore"
        )
    if declared == "log" and high >= LARGEST_LOG:
        raise InputError(
            f"{where.first(X, lambda v: v >= LARGEST_LOG)}: too large for a log value; declare --scale counts for values "
            "that are not logged yet"
        )
    if declared != "auto":
        return declared
    if low < 0:
        return "zscore"
    if whole:
        return "counts"
    if high < LARGEST_LOG:
        return "log"
    raise InputError(
        f"{where.path}: values are neither whole counts nor log values (largest {high:g}); declare --scale counts for "
        "corrected counts or TPM, or give raw counts"
    )


def check_finite(X: Any, where: Place) -> None:
    """Check that no value is missing or infinite.

    Raises
    ------
    InputError
        With the place of the first one.
    """
    if not np.isfinite(X.data if isinstance(X, sp.csr_matrix) else X).all():
        place = where.first(X, lambda values: ~np.isfinite(values))
        raise InputError(f"{place} is no number to use; remove or replace missing and infinite values")


def log_normalise(counts: ad.AnnData, target_sum: float) -> None:
    """Bring each cell's counts to the same total and take log1p, in place, on all genes of the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sc.pp.normalize_total(counts, target_sum=target_sum)
    counts.X = counts.X.log1p()
