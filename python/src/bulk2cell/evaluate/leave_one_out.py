"""How much an AUROC depends on one sample: leave out each line, patient or library in turn."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from bulk2cell.evaluate.scores import Answer, score_rows
from bulk2cell.metrics import LEAVE_ONE_OUT

FEWEST_SAMPLES = 2  # without the only sample of a class, one class alone would be left


def leave_one_sample_out(
    answers: Sequence[Answer], label: NDArray[Any], sample: "pd.Series[Any]"
) -> list[pd.DataFrame]:
    """Score every answer again without each sample in turn.

    Parameters
    ----------
    answers
        Each method's answers for the labelled cells.
    label
        1 sensitive, 0 resistant, one per cell.
    sample
        The line, patient or library of each cell; cells of no known sample are never left out.

    Returns
    -------
    list of pd.DataFrame
        Per answer: strategy, seed, method, metric (least, median and greatest AUROC over the samples left out), value.
        Empty where a class has fewer than two samples: without its only sample there is nothing to compare with.
    """
    known = pd.DataFrame({"label": label, "sample": sample.to_numpy()}).dropna()
    fewest = min(known.loc[known["label"] == value, "sample"].nunique() for value in (0, 1))
    if fewest < FEWEST_SAMPLES:
        return []
    kept = [(sample != left_out).to_numpy() for left_out in known["sample"].unique()]
    return [
        score_rows(
            _summary([float(roc_auc_score(label[at], answer.probability[at])) for at in kept]),
            answer.method,
            answer.strategy,
            answer.seed,
        )
        for answer in answers
    ]


def _summary(aurocs: Sequence[float]) -> dict[str, float]:
    return {
        f"{LEAVE_ONE_OUT}_min": float(np.min(aurocs)),
        f"{LEAVE_ONE_OUT}_median": float(np.median(aurocs)),
        f"{LEAVE_ONE_OUT}_max": float(np.max(aurocs)),
    }
