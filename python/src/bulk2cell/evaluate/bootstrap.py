"""Uncertainty of a metric: intervals by resampling samples and their cells."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.intervals import LEVEL


def bootstrap_intervals(
    label: NDArray[Any],
    sample: NDArray[Any],
    statistic: Callable[[NDArray[np.intp]], Mapping[str, float]],
    resamples: int,
    seed: int = 0,
) -> pd.DataFrame:
    """Resample samples first and the cells inside them second: cells of one sample are not independent.

    Samples are drawn with replacement among those that hold the same classes (sensitive, resistant or both),
    so that no class vanishes with its only sample; a resample of one class all the same is drawn again.

    Parameters
    ----------
    label
        1 sensitive, 0 resistant, one per cell; both occur.
    sample
        The line, patient or library of each cell. Where each cell has a name of its own, this is the ordinary
        bootstrap of cells within their class.
    statistic
        Metrics of the cells at the given positions.
    resamples
        Number of resamples.
    seed
        Of the random numbers.

    Returns
    -------
    pd.DataFrame
        metric, mean over the resamples, low and high (percentiles 2.5 and 97.5), n (resamples in which the
        metric is defined).
    """
    rng = np.random.default_rng(seed)
    strata = _strata(label, sample)
    draws: list[Mapping[str, float]] = []
    while len(draws) < resamples:
        cells = np.concatenate([_draw(stratum, rng) for stratum in strata])
        if 0 < label[cells].sum() < len(cells):
            draws.append(statistic(cells))
    values = pd.DataFrame(draws)
    tail = (1 - LEVEL) / 2
    table = pd.DataFrame(
        {
            "mean": values.mean(),
            "low": values.quantile(tail),
            "high": values.quantile(1 - tail),
            "n": values.count(),
        }
    )
    return table.rename_axis("metric").reset_index()


def _strata(label: NDArray[Any], sample: NDArray[Any]) -> list[list[NDArray[np.intp]]]:
    """Return the cells of every sample, the samples grouped by the classes they hold."""
    number = pd.factorize(sample, sort=True)[0]
    order = np.argsort(number, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
    strata: dict[tuple[Any, ...], list[NDArray[np.intp]]] = {}
    for cells in members:
        strata.setdefault(tuple(np.unique(label[cells])), []).append(cells)
    return [strata[classes] for classes in sorted(strata)]


def _draw(samples: list[NDArray[np.intp]], rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw as many samples as there are and, of each, as many cells as it has."""
    sizes = np.array([len(cells) for cells in samples])
    starts = np.cumsum(sizes) - sizes
    chosen = rng.integers(len(samples), size=len(samples))
    size, start = np.repeat(sizes[chosen], sizes[chosen]), np.repeat(starts[chosen], sizes[chosen])
    drawn = start + (rng.random(len(size)) * size).astype(int)
    cells: NDArray[np.intp] = np.concatenate(samples)[drawn]
    return cells
