"""Groups of cells compared for every drug of a screen."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bulk2cell.artefacts.screen import GENERAL
from bulk2cell.cores import threads
from bulk2cell.progress import track
from bulk2cell.ridge.fit_drug import DrugFit, Vector
from bulk2cell.ridge.lines import Lines
from bulk2cell.screen.cells import ScreenCells
from bulk2cell.screen.drugs import DrugRelease, FittedDrugs, stack
from bulk2cell.screen.general import find_general, take_out_general
from bulk2cell.screen.groups import Grouping, adjust, draw_cells, permuted_p_values, share_interval

CELLS_AT_ONCE = 20_000


def compare_groups(
    fitted: FittedDrugs,
    chosen: Sequence[DrugRelease],
    groupings: Sequence[Grouping],
    cells: ScreenCells,
    lines: Lines,
    covariance: Vector,
    permutations: int,
    seed: int,
) -> pd.DataFrame:
    """Return one row per group and drug, general sensitivity first; scores are log odds of being sensitive.

    Parameters
    ----------
    covariance
        Of the kept cells' codes.
    permutations
        Of the response, for the p value of a contrast.
    seed
        Of permutations and bootstraps; a drug's numbers do not depend on which others are chosen.
    """
    fits = [fitted.fits[key] for key in chosen]
    temperature = stack(fits, "temperature")
    every = stack([fitted.fits[key] for key in fitted.chosen("auto")], "loadings")
    general = find_general(every, covariance)
    loadings = stack(fits, "loadings")
    specific = take_out_general(loadings, general, covariance) / temperature[:, None]
    middle = cells.codes[cells.kept].mean(axis=0, dtype=np.float64)

    def compare(grouping: Grouping) -> pd.DataFrame:
        drawn = draw_cells(grouping, cells.codes, np.random.default_rng(seed))

        def test(fit: DrugFit) -> tuple[Vector, Vector]:
            random = np.random.default_rng(seed)
            p_values = permuted_p_values(fit, grouping.contrasts, permutations, random)
            return p_values, share_interval(fit, grouping, drawn, random)

        with threadpool_limits(1), ThreadPoolExecutor(threads()) as pool:
            tested = list(track(pool.map(test, fits), f"compare {grouping.by}", len(fits)))
        share = shares_sensitive(grouping, cells.codes, loadings).ravel()
        low, high = (np.concatenate([ends[side] for _, ends in tested]) for side in (0, 1))
        table = pd.DataFrame(
            {
                "by": grouping.by,
                "group": np.tile(grouping.names, len(fits)),
                "drug": np.repeat([drug for drug, _ in chosen], len(grouping.names)),
                "cells": np.tile([len(members) for members in grouping.members], len(fits)),
                "score": (loadings @ grouping.means.T / temperature[:, None]).ravel(),
                "unreduced": score_mean_cells(fits, cells.group_means.get(grouping.by), lines, grouping),
                "specific": (specific @ (grouping.means - middle).T).ravel(),
                "share_sensitive": share,
                "share_low": np.minimum(low, share),
                "share_high": np.maximum(high, share),
                "contrast": (loadings @ grouping.contrasts.T / temperature[:, None]).ravel(),
                "p": np.concatenate([p_values for p_values, _ in tested]),
            }
        )
        table["fdr"] = adjust(table["p"].to_numpy())
        return pd.concat([_general_rows(grouping, general), table])

    return pd.concat([compare(grouping) for grouping in groupings], ignore_index=True)


def score_mean_cells(
    fits: Sequence[DrugFit], means: Vector | None, lines: Lines, grouping: Grouping
) -> Vector:
    """Return the score of each group's mean cell over all genes, without reduction to components; drugs x groups, flat.

    Over many cells noise averages out by itself, and what the components leave out counts.

    Parameters
    ----------
    means
        Standardised expression, groups x genes; None: not known, since the cells were clustered after they were read.
    """
    if means is None:
        return np.full(len(fits) * len(grouping.names), np.nan)
    to_lines = means @ lines.z.T.astype(np.float64)
    scores = [to_lines[:, fit.lines] @ fit.line_weights / fit.temperature for fit in fits]
    return np.concatenate(scores)


def _general_rows(grouping: Grouping, general: Vector) -> pd.DataFrame:
    """Return general sensitivity by group; it is no drug and has no share and no p value."""
    return pd.DataFrame(
        {
            "by": grouping.by,
            "group": grouping.names,
            "drug": GENERAL,
            "cells": [len(members) for members in grouping.members],
            "score": grouping.means @ general,
            **dict.fromkeys(("unreduced", "specific", "share_sensitive", "share_low", "share_high"), np.nan),
            "contrast": grouping.contrasts @ general,
            "p": np.nan,
            "fdr": np.nan,
        }
    )


def shares_sensitive(grouping: Grouping, codes: NDArray[np.float32], loadings: Vector) -> Vector:
    """Return the share of each group's cells whose probability of being sensitive is 0.5 or more, drugs x groups."""
    weights = np.ascontiguousarray(loadings.T, dtype=np.float32)
    shares = np.empty((len(loadings), len(grouping.names)))
    for place, members in enumerate(grouping.members):
        parts = np.array_split(members, 1 + len(members) // CELLS_AT_ONCE)
        shares[:, place] = sum((codes[part] @ weights >= 0).sum(axis=0) for part in parts) / len(members)
    return shares
