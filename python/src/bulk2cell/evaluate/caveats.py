"""Sentences that a reader must know before believing the scores."""

from typing import Any

import numpy as np
import pandas as pd

from bulk2cell.calls import UNCERTAIN
from bulk2cell.methods import MODEL, methods_of_kind
from bulk2cell.metrics import EITHER_WAY

FEW_SEEDS = 5  # the article repeats five times
FEW_SAMPLES = 5  # a bootstrap over a handful of samples gives intervals that are too narrow
FEW_CELLS = 20  # of each class: chance alone then reaches AUROC 0.65 in one of twenty tests


def count_samples(cells: pd.DataFrame) -> dict[str, int]:
    """Return the number of samples that hold sensitive and resistant cells; 0 where samples are not known."""
    return {
        name: int(cells.loc[cells["label"] == value, "sample"].nunique())
        for name, value in (("sensitive", 1), ("resistant", 0))
    }


def warn_of_cells(cells: pd.DataFrame) -> list[str]:
    """Warn if a class has few labelled cells.

    Parameters
    ----------
    cells
        Column label; labelled cells only.
    """
    sensitive, resistant = (int((cells["label"] == value).sum()) for value in (1, 0))
    if min(sensitive, resistant) >= FEW_CELLS:
        return []
    return [
        f"Labelled cells: {sensitive} sensitive, {resistant} resistant. With fewer than {FEW_CELLS} of a class, a good "
        "score may be luck."
    ]


def warn_of_samples(cells: pd.DataFrame) -> list[str]:
    """Warn of unknown, confounded and few samples.

    Parameters
    ----------
    cells
        Columns label, sample; labelled cells only.
    """
    number = count_samples(cells)
    if min(number.values()) == 0:
        return [
            "The cells' samples are not known: the bootstrap is over cells only, its intervals too narrow."
        ]
    found = []
    if cells.groupby("sample")["label"].nunique().max() == 1:
        found.append(
            "Every sample holds one label: what tells the labels apart may be the samples (batch) rather "
            "than the response."
        )
    if min(number.values()) < FEW_SAMPLES:
        counts = f"{number['sensitive']} sensitive and {number['resistant']} resistant samples"
        only = (
            ": where a class has one, the bootstrap is over its cells only and its intervals are too narrow"
        )
        found.append(f"The labels rest on {counts}{only if min(number.values()) == 1 else ', which is few'}.")
    return found


def warn_of_shots(cells: pd.DataFrame, shots: set[str]) -> list[str]:
    """Warn if models learnt from labelled cells of the tested samples.

    Parameters
    ----------
    cells
        Columns cell, label, sample; the shots without label.
    shots
        Names of the cells whose labels were used.
    """
    if not shots:
        return []
    learnt = set(cells.loc[cells["cell"].isin(shots), "sample"].dropna())
    tested = set(cells.loc[cells["label"].notna(), "sample"].dropna())
    if not learnt:
        where = "it is not known whether they come from the samples that are tested"
    elif shared := len(learnt & tested):
        where = f"{shared} of the {len(tested)} tested samples hold shots"
    else:
        return []
    return [
        f"The models have seen the labels of {len(shots)} cells, and {where}: such scores do not say what the models "
        "reach on a new sample."
    ]


def warn_of_depth(scores: pd.DataFrame) -> list[str]:
    """Warn if sequencing depth alone does as well as a strategy.

    Parameters
    ----------
    scores
        Columns strategy, seed, method, metric, value.
    """
    depth = scores[scores["metric"] == EITHER_WAY]
    if depth.empty:
        return [
            "Counts and genes per cell are not known: whether depth explains the labels could not be tested."
        ]
    best = depth.sort_values("value").iloc[-1]
    return [
        f"{strategy}: sequencing depth alone reaches AUROC {best['value']:.2f} in one of the two directions "
        f"({best['method']}), the model {auroc:.2f}."
        for strategy, auroc in _values(scores, "auroc").groupby(level="strategy").mean().items()
        if best["value"] >= auroc
    ]


def warn_of_classifiers(scores: pd.DataFrame) -> list[str]:
    """Warn if an ordinary classifier does as well as a strategy.

    Parameters
    ----------
    scores
        Columns strategy, seed, method, metric, value.
    """
    classifiers = scores["method"].isin(methods_of_kind("classifier"))
    learnt = scores[classifiers & (scores["metric"] == "auroc")]
    if learnt.empty:
        return []
    best = learnt.sort_values("value").iloc[-1]
    return [
        f"{strategy}: {best['method']} on the same genes and labels reaches AUROC {best['value']:.2f}, the model "
        f"{auroc:.2f}."
        for strategy, auroc in _values(scores, "auroc").groupby(level="strategy").mean().items()
        if best["value"] >= auroc
    ]


def warn_of_models(scores: pd.DataFrame, calls: pd.DataFrame) -> list[str]:
    """Warn of weaknesses in each strategy's results.

    Parameters
    ----------
    scores
        Columns strategy, seed, method, metric, value.
    calls
        Columns strategy, seed, call.
    """
    found = []
    for strategy, aurocs in _values(scores, "auroc").groupby(level="strategy"):
        seeds, flipped = len(aurocs), int((aurocs < 0.5).sum())
        if seeds < FEW_SEEDS:
            found.append(
                f"{strategy}: {seeds} seed{'s' if seeds > 1 else ''}; at least {FEW_SEEDS} are needed."
            )
        if flipped:
            found.append(
                f"{strategy}: AUROC is below 0.5 in {flipped} of {seeds} seeds; no score was turned round."
            )
        balanced = float(np.mean(_values(scores, "balanced_accuracy")[strategy]))
        if balanced <= 0.5:
            found.append(
                f"{strategy}: balanced accuracy {balanced:.2f} is no better than one answer for all cells."
            )
        by_seed = calls[calls["strategy"] == strategy].groupby("seed")["call"]
        same = sum(len({*answers} - {UNCERTAIN}) < 2 for _, answers in by_seed)
        if same:
            found.append(
                f"{strategy}: no two cells are called differently in {same} of {seeds} seeds; all that are not "
                "uncertain get the same call."
            )
    return found


def _values(scores: pd.DataFrame, metric: str) -> "pd.Series[Any]":
    rows = scores[(scores["method"] == MODEL) & (scores["metric"] == metric)]
    return rows.set_index(["strategy", "seed"])["value"]
