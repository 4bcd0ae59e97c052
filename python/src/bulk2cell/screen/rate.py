"""What each drug of a screen is, and how far its scores can be trusted on the cells."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.artefacts.screen import GENERAL
from bulk2cell.ridge.fit_drug import Vector
from bulk2cell.screen.cover import cover_groups
from bulk2cell.screen.drugs import DrugRelease, FittedDrugs, describe_drugs, stack
from bulk2cell.trust.expect import USABLE
from bulk2cell.trust.rate import rate_fit

SIGNIFICANT = 0.05  # false discovery rate
# Correlation over the cells of the scores from two releases: below it they share less than a quarter of the variance.
AT_ODDS = 0.5


def rate_drugs(
    fitted: FittedDrugs, chosen: Sequence[DrugRelease], covariance: Vector, near: NDArray[np.bool_]
) -> pd.DataFrame:
    """Return one row per drug: what it is, how its scores spread over the cells, and how far to trust them."""
    fits = [fitted.fits[key] for key in chosen]
    others = [fitted.other(key) for key in chosen]
    trust = [rate_fit(fit, covariance, near) for fit in fits]
    table = describe_drugs(chosen, [len(fit.lines) for fit in fits])
    loadings = stack(fits, "loadings")
    spread = np.sqrt(np.einsum("dk,kl,dl->d", loadings, covariance, loadings))
    return table.assign(
        other_release=["" if key is None else key[1] for key in others],
        agreement=[
            np.nan if key is None else correlate(fit.loadings, fitted.fits[key].loadings, covariance)
            for fit, key in zip(fits, others, strict=True)
        ],
        spread=spread / stack(fits, "temperature"),
        **pd.DataFrame([asdict(each) for each in trust]),
    )


def correlate(one: Vector, other: Vector, covariance: Vector) -> float:
    """Return the correlation over the cells of the scores of two loadings."""
    deviations = np.sqrt((one @ covariance @ one) * (other @ covariance @ other))
    return float(one @ covariance @ other / deviations) if deviations > 0 else float("nan")


def summarise_drugs(drugs: pd.DataFrame, groups: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return, per drug, its most sensitive group, whether groups differ, and whether it is in the smallest covering set.

    A drug covers a group that it calls more sensitive than the others, if that is significant, its grade is usable and its
    releases are not at odds.
    """
    own = groups[(groups["by"] == by) & (groups["drug"] != GENERAL)]
    names = own["group"].unique()
    contrast, fdr = (own[name].to_numpy().reshape(len(drugs), len(names)) for name in ("contrast", "fdr"))
    compared = ~np.isnan(contrast).any(axis=1)
    best = np.where(compared, np.nan_to_num(contrast).argmax(axis=1), 0)
    rows = np.arange(len(drugs))
    significant = fdr < SIGNIFICANT
    usable = drugs["grade"].isin(USABLE).to_numpy()
    at_odds = (drugs["agreement"] < AT_ODDS).to_numpy()
    covers = significant & (contrast > 0) & (usable & ~at_odds)[:, None]
    suggested = np.zeros(len(drugs), bool)
    suggested[cover_groups(covers, drugs["expected_auroc"].to_numpy())] = True
    return pd.DataFrame(
        {
            "selective": significant.any(axis=1) & usable,
            "best_group": np.where(compared, names[best], ""),
            "best_contrast": contrast[rows, best],
            "best_fdr": fdr[rows, best],
            "sensitive_groups": ["; ".join(names[row]) for row in significant & (contrast > 0)],
            "suggested": suggested,
        },
        index=drugs.index,
    )
