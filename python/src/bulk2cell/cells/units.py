"""The units of cells' values: their scale, the base of a logarithm, and the total to which cells were normalised."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bulk2cell.cells.log_evidence import BASES, NEAR_WHOLE, Evidence
from bulk2cell.cells.scale import LARGEST_LOG, Values, scale_of
from bulk2cell.errors import InputError
from bulk2cell.parameters import Scale

USUAL_TOTAL = 1e4  # scanpy's and Seurat's tutorials
USUAL_TOTALS = (USUAL_TOTAL, 1e6, 1e5, 1e3, 100.0, 1.0)  # CPM and TPM, TPM / 10, percentages, fractions
LOGGED_TOTALS = (USUAL_TOTAL, 1e5, 1e6)
MANY_GENES = 10_000  # a file of so many is not cut to variable genes: its cells add up to most of their total
SAME_TOTAL = 0.01  # tables of two decimals add up to 0.5 % around their total
ROUGHLY = 0.25  # relative spread of totals after a filter of genes; a wrong base gives at least twice as much
FEWEST_CELLS = 3  # fewer cells have one total by chance
NEARLY_ALL = 0.95  # of the values; the rest may be rounded, or of a cell whose smallest count is not 1
UNIT_SIZE_FACTORS = (0.8, 1.25)  # scran and scater make size factors that are 1 on average


@dataclass(frozen=True)
class Units:
    """Units of a file's values.

    Attributes
    ----------
    scale
        counts: not logged, whole or not; log: of base `base`; zscore.
    base
        Base of the logarithm, log(1 + x).
    total
        Sum of every cell's values before the logarithm; none: cells differ, or it is not known.
    whole
        Whether whole numbers were logged: counts that were not normalised.
    complete
        Whether a cell's values show what it adds up to; if the file has only some of the genes that they were normalised
        over, they do not, and `total` is assumed.
    doubt
        Why they are not certain.
    """

    scale: Scale
    base: float | None = None
    total: float | None = None
    whole: bool = False
    complete: bool = True
    doubt: str = ""

    def stay(self, target_sum: float) -> bool:
        """Tell whether values are z-scores or ln(1 + counts per `target_sum`) and stay as they are."""
        if self.scale == "zscore" or self.base != BASES[0] or self.total is None:
            return self.scale == "zscore"
        return abs(self.total / target_sum - 1) < SAME_TOTAL / 2

    def are_treated_as(self, other: "Units", target_sum: float) -> bool:
        """Tell whether values of these and other units are treated alike."""
        mine, others = ((u.scale, u.base, u.whole, u.complete, u.stay(target_sum)) for u in (self, other))
        return mine == others

    def describe(self, target_sum: float) -> str | None:
        """Return a sentence on what was found, unless it is the usual: counts, or the target's own logarithm."""
        if self.doubt or not self.stay(target_sum):
            done = (
                "were taken as they are"
                if self.stay(target_sum)
                else f"were brought to {_log(np.e, target_sum)}"
            )
            if self.scale == "log":
                return f"The cells' values are {_log(self.base, self.total, self.whole)}{self.doubt}; they {done}."
            if self.total is not None:
                return f"The cells' values are not logarithms and add up to {self.total:,g} in every cell; they {done}."
        return None


def _log(base: float | None, total: float | None, whole: bool = False) -> str:
    name = "ln" if base == BASES[0] else f"log{base:g}"
    if whole:
        return f"{name}(1 + counts), not normalised"
    return (
        f"{name}(1 + counts per {total:,.0f})"
        if total
        else f"{name}(1 + counts over a size factor of each cell)"
    )


def find_units(
    values: Values,
    declared: Scale,
    stated_base: float | None,
    genes: int,
    path: Path,
    first: Callable[[Callable[[Any], Any]], str],
) -> Units:
    """Return the units of all values.

    counts: non-negative integers, or values that are not logarithms and add up to one total; zscore: some are negative; log:
    non-negative, not integers, below 25. Base and total of a logarithm are read off, see `log_evidence`. Declared counts may
    have decimals, as corrected counts and TPM have: they are normalised and logged as counts are.

    Parameters
    ----------
    stated_base
        Base of the logarithm that the file itself states.
    genes
        Number of genes in the file.
    first
        Returns the place of the first value for which a condition holds.

    Raises
    ------
    InputError
        If a value contradicts the declared scale, or no scale fits.
    """
    scale = scale_of(values, declared, path, first)
    if scale != "log":
        return Units(scale)
    evidence = values.evidence
    if declared == "auto" and (total := common_total(evidence.sums[:, 0])):
        return Units("counts", total=total)
    if values.high >= LARGEST_LOG:
        raise InputError(
            f"{path}: values are neither whole counts nor log values (largest {values.high:g}); declare --scale counts for "
            "corrected counts or TPM, or give raw counts"
        )
    if found := find_logarithm(evidence, stated_base, genes):
        return found
    if declared == "log" or not len(evidence.sums):
        doubt = ", as declared" if declared == "log" else ", as far as so few genes can tell"
        return Units("log", BASES[0], USUAL_TOTAL, complete=False, doubt=doubt)
    spread = " ".join(f"{total:,.4g}" for total in evidence.sums[:3, 1])
    raise InputError(
        f"{path}: values have decimals, and neither they nor e^x - 1, 2^x - 1 or 10^x - 1 add up to one total per cell "
        f"(e^x - 1: {spread} ...); give raw counts, or declare --scale counts for corrected counts, --scale log for "
        "ln(1 + counts per 10,000)"
    )


def find_logarithm(evidence: Evidence, stated_base: float | None, genes: int) -> Units | None:
    """Return base and total of log values, None if nothing fits."""
    if not len(evidence.sums):
        return None
    ways = (_of_whole_counts, _of_one_total, _of_multiples, _roughly)
    found = next((units for way in ways if (units := way(evidence, genes))), None)
    if found is None and stated_base in BASES:
        doubt = f", as far as the file says (base {stated_base:.4g})"
        return Units("log", stated_base, USUAL_TOTAL, complete=False, doubt=doubt)
    return found


def _of_whole_counts(evidence: Evidence, genes: int) -> Units | None:
    """Tell counts that were not normalised: b^x - 1 are whole, and the smallest is 1."""
    ones = _mean_share((np.abs(evidence.units - 1) < NEAR_WHOLE).astype(np.float64))
    shares = np.where(ones >= NEARLY_ALL, _mean_share(evidence.whole), 0)
    return Units("log", BASES[int(shares.argmax())], whole=True) if shares.max() >= NEARLY_ALL else None


def _of_one_total(evidence: Evidence, genes: int) -> Units | None:
    sums = evidence.sums[:, 1:]
    spreads = sums.std(axis=0) / sums.mean(axis=0)
    for place in np.argsort(spreads):
        if total := common_total(sums[:, place]):
            return Units("log", BASES[place], total)
    return None


def _of_multiples(evidence: Evidence, genes: int) -> Units | None:
    """Tell values of all genes, with a size factor of each cell, from those of some genes at a usual total."""
    shares = _mean_share(evidence.multiples)
    place = int(shares.argmax())
    if shares[place] < NEARLY_ALL:
        return None
    base, sums = BASES[place], evidence.sums[:, 1 + place]
    low, high = UNIT_SIZE_FACTORS
    if low <= np.mean(1 / evidence.units[:, place]) <= high:
        return Units("log", base)
    middle = float(np.median(sums))
    total = min((usual for usual in LOGGED_TOTALS if sums.max() <= (1 + SAME_TOTAL) * usual), default=None)
    if total is None or (genes >= MANY_GENES and middle < total / 2):
        return Units(
            "log", base, doubt=f" (of which the file may lack genes: cells add up to about {middle:,.0f})"
        )
    doubt = f", of which the file has only some genes (cells add up to {middle:,.0f})"
    return Units("log", base, total, complete=False, doubt=doubt)


def _roughly(evidence: Evidence, genes: int) -> Units | None:
    sums = evidence.sums[:, 1:]
    spreads = sums.std(axis=0) / sums.mean(axis=0)
    place = int(spreads.argmin())
    if len(sums) < FEWEST_CELLS or spreads[place] > min(ROUGHLY, np.delete(spreads, place).min() / 2):
        return None
    doubt = f", as far as can be read off (cells differ by {spreads[place]:.0%})"
    return Units("log", BASES[place], _usual(float(np.median(sums[:, place]))), doubt=doubt)


def common_total(sums: NDArray[np.float64]) -> float | None:
    """Return what all cells add up to, a usual total if it is near one; None if they differ, or if too few cells tell."""
    if not len(sums) or not np.isfinite(sums).all() or np.ptp(sums) > SAME_TOTAL * np.median(sums):
        return None
    total = float(np.median(sums))
    usual = _usual(total)
    return usual if usual in USUAL_TOTALS or len(sums) >= FEWEST_CELLS else None


def _usual(total: float) -> float:
    near = [usual for usual in USUAL_TOTALS if abs(total / usual - 1) < SAME_TOTAL / 2]
    return near[0] if near else float(f"{total:.4g}")


def _mean_share(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over cells; 0 where fewer than half of them show anything."""
    known = ~np.isnan(shares)
    return np.where(
        known.mean(axis=0) >= 0.5, np.nansum(shares, axis=0) / np.maximum(known.sum(axis=0), 1), 0
    )
