"""Sentences about what the controls show against the scores."""

from collections.abc import Mapping

import pandas as pd

from bulk2cell.evaluate.nulls import PERMUTED, TESTED
from bulk2cell.methods import MODEL, RANDOM_GENE_SETS, UNTRAINED_ENCODER, method_of
from bulk2cell.metrics import METRICS, PERMUTATION_P

LARGEST_P = 0.05  # the least that 20 permutations can give is 1 / 21
SPOILT: Mapping[str, str] = {
    UNTRAINED_ENCODER: "an encoder that was never trained",
    RANDOM_GENE_SETS: "a model with random gene sets of equal size in place of the pathways",
}


def warn_of_permutations(scores: pd.DataFrame) -> list[str]:
    """Warn of strategies that do no better than models that learnt permuted labels, and of those not tested.

    Parameters
    ----------
    scores
        Columns strategy, method, metric, value, with the rows of `nulls.tabulate_permutations`.
    """
    permutations = {
        strategy: len(_values(scores, strategy, PERMUTED, "auroc")) for strategy in _strategies(scores)
    }
    untested = [strategy for strategy, number in permutations.items() if number == 0]
    found = []
    if untested:
        found.append(
            f"{', '.join(untested)}: the permutation test was not run; whether models that learnt permuted labels do as "
            "well is not known."
        )
    for strategy, number in permutations.items():
        smallest = 1 / (1 + number)
        if number and smallest > LARGEST_P:
            few = f"{number} permutation{'s are' if number > 1 else ' is'} too few"
            found.append(f"{strategy}: {few} for a p value of {LARGEST_P} or less.")
        for metric in TESTED if number else ():
            p = _values(scores, strategy, MODEL, f"{PERMUTATION_P}_{metric}").mean()
            if p > max(smallest, LARGEST_P):
                reached = f"{METRICS[metric].words} {_values(scores, strategy, MODEL, metric).mean():.2f}"
                found.append(
                    f"{strategy}: {reached} is no better than that of models that learnt permuted labels (p = {p:.2f} of "
                    f"{number} permutations)."
                )
    return found


def warn_of_controls(scores: pd.DataFrame) -> list[str]:
    """Warn if a model without pretraining or without its gene sets has an AUROC as high as the model's.

    Parameters
    ----------
    scores
        Columns strategy, method, metric, value.
    """
    found = []
    for strategy in _strategies(scores):
        model = _values(scores, strategy, MODEL, "auroc").mean()
        for control, what in SPOILT.items():
            auroc = _values(scores, strategy, method_of(control), "auroc").mean()
            if auroc >= model:
                found.append(f"{strategy}: {what} reaches AUROC {auroc:.2f}, the model {model:.2f}.")
    return found


def _strategies(scores: pd.DataFrame) -> list[str]:
    rows = scores[(scores["method"] == MODEL) & (scores["metric"] == "auroc")]
    return [str(strategy) for strategy in rows["strategy"].unique()]


def _values(scores: pd.DataFrame, strategy: str, method: str, metric: str) -> "pd.Series[float]":
    rows = scores[
        (scores["strategy"] == strategy) & (scores["method"] == method) & (scores["metric"] == metric)
    ]
    return rows["value"]
