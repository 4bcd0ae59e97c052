"""Whether a model does better than models that learnt permuted labels."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bulk2cell.evaluate.scores import score_rows
from bulk2cell.methods import MODEL, PERMUTED_LABELS, method_of
from bulk2cell.metrics import PERMUTATION_P

PERMUTED = method_of(PERMUTED_LABELS)
TESTED = ("auroc", "balanced_accuracy")


def permutation_p(observed: float, permuted: Sequence[float]) -> float:
    """Return the p value of a score among the scores of n models that learnt permuted labels.

    p = (1 + number of permutations that score at least as high) / (1 + n): never 0, and at most a fraction a of scores
    drawn like the permuted ones has p <= a (Phipson and Smyth, Stat. Appl. Genet. Mol. Biol. 2010, 9, 39).

    Parameters
    ----------
    observed
        The model's score, higher being better.
    permuted
        One score per permutation.
    """
    return (1 + int(np.sum(np.asarray(permuted) >= observed))) / (1 + len(permuted))


def tabulate_permutations(scores: pd.DataFrame) -> list[pd.DataFrame]:
    """Return rows permutation_p_auroc and permutation_p_balanced_accuracy of every strategy with permutations.

    The model's score is the mean over its seeds, a permutation's that of its one model. A mean varies less, so that the
    test errs on the careful side.

    Parameters
    ----------
    scores
        Columns strategy, seed, method, metric, value.
    """
    tables = []
    for strategy in scores.loc[scores["method"] == PERMUTED, "strategy"].unique():
        of_strategy = scores[scores["strategy"] == strategy]
        p = {}
        for metric in TESTED:
            rows = of_strategy[of_strategy["metric"] == metric].set_index("method")["value"]
            p[f"{PERMUTATION_P}_{metric}"] = permutation_p(float(rows[[MODEL]].mean()), rows[[PERMUTED]])
        tables.append(score_rows(p, MODEL, strategy))
    return tables
