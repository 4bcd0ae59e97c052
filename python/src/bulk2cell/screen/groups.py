"""Groups of cells: how they differ in their scores, whether chance could do it, and which share of each is sensitive."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, norm

from bulk2cell.ridge.fit_drug import DrugFit, Vector

DRAWS = 200  # the ends of a 95 % interval then vary by a tenth of its width
CELLS_OF_A_GROUP = 500  # they show the group's share to 0.02
PERMUTATIONS_AT_ONCE = 1000  # 8 MB of 1,000 lines
FEW = 10  # permutations at least as extreme below which the tail is taken from a normal distribution


@dataclass(frozen=True)
class Grouping:
    """Groups of some cells by one column.

    Attributes
    ----------
    by
        Name of the column.
    names
        Of the groups.
    members
        For each group the positions of its cells.
    means
        Mean code of each group, groups x K.
    contrasts
        The same minus the mean code of the cells of all other groups.
    """

    by: str
    names: list[str]
    members: list[NDArray[np.intp]]
    means: Vector
    contrasts: Vector


def group_cells(
    by: str, labels: "pd.Series[str]", kept: NDArray[np.bool_], codes: NDArray[np.float32]
) -> Grouping:
    """Group the kept cells that have a label.

    Parameters
    ----------
    labels
        Of all cells; missing ones belong to no group.
    codes
        All cells x K.
    """
    known = labels.where(kept)
    names = sorted(known.dropna().unique())
    members = [np.flatnonzero(known == name) for name in names]
    sums = np.array([codes[cells].sum(axis=0, dtype=np.float64) for cells in members]).reshape(
        len(names), codes.shape[1]
    )
    counts = np.array([len(cells) for cells in members])[:, None]
    means = sums / np.maximum(counts, 1)
    others = (sums.sum(axis=0) - sums) / np.maximum(counts.sum() - counts, 1)
    contrasts = means - others if len(names) > 1 else np.full_like(means, np.nan)
    return Grouping(by, names, members, means, contrasts)


def permuted_p_values(
    fit: DrugFit, contrasts: Vector, permutations: int, random: np.random.Generator
) -> Vector:
    """Return, per group, how often models that learnt a permuted response tell it apart as much, in either direction.

    A model's contrast is a sum over lines, whose mean and deviation over all permutations are known, and which is normal
    (Hoeffding, Ann. Math. Stat. 1951): the tail that few of the drawn permutations reach is taken from there.

    Parameters
    ----------
    contrasts
        Groups x K.
    """
    if not np.isfinite(contrasts).all():
        return np.full(len(contrasts), np.nan)
    of_lines = contrasts @ fit.response_map.T
    target = fit.target - fit.target.mean()
    distance, extreme = np.abs(of_lines @ target), np.zeros(len(contrasts), np.int64)
    for start in range(0, permutations, PERMUTATIONS_AT_ONCE):
        number = min(PERMUTATIONS_AT_ONCE, permutations - start)
        permuted = random.permuted(np.tile(target, (number, 1)), axis=1)
        extreme += (np.abs(permuted @ of_lines.T) >= distance).sum(axis=0)
    counted = (1 + extreme) / (1 + permutations)
    deviation = of_lines.std(axis=1) * np.sqrt(np.sum(target**2) * len(target) / (len(target) - 1))
    tail = 2 * norm.sf(distance / np.where(deviation > 0, deviation, 1))
    return np.asarray(np.where((extreme >= FEW) | (deviation == 0), counted, np.minimum(tail, counted)))


def adjust(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return false discovery rates (Benjamini & Hochberg, 1995) over all p values; NaN stays NaN."""
    known = ~np.isnan(p_values)
    found = np.full_like(p_values, np.nan)
    if known.any():
        found[known] = false_discovery_control(p_values[known])
    return found


def draw_cells(
    grouping: Grouping, codes: NDArray[np.float32], random: np.random.Generator
) -> list[NDArray[np.float32]]:
    """Return the codes of the cells of each group, of large groups those of some cells."""
    return [
        codes[random.choice(members, min(len(members), CELLS_OF_A_GROUP), replace=False)]
        for members in grouping.members
    ]


def share_interval(
    fit: DrugFit, grouping: Grouping, drawn: list[NDArray[np.float32]], random: np.random.Generator
) -> Vector:
    """Return the ends of 95 % intervals of the share of sensitive cells, 2 x groups.

    Every draw takes the loadings of another Bayesian bootstrap of the lines and, with replacement, as many cells as the
    group has.

    Parameters
    ----------
    drawn
        See `draw_cells`.
    """
    normal = random.standard_normal((DRAWS, len(fit.loadings)))
    loadings = (fit.loadings + normal @ _root(fit.covariance).T).astype(np.float32)
    shares = np.array([(cells @ loadings.T >= 0).mean(axis=0) for cells in drawn])
    sizes = np.array([len(members) for members in grouping.members])[:, None]
    return np.asarray(np.quantile(random.binomial(sizes, shares) / sizes, [0.025, 0.975], axis=1))


def _root(covariance: Vector) -> Vector:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)))
