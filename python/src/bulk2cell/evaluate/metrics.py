"""How well the probabilities and calls of labelled cells agree with their labels."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def call_metrics(label: NDArray[Any], call: NDArray[Any]) -> dict[str, float]:
    """Compare calls with labels, sensitive being the positive class.

    Parameters
    ----------
    label, call
        1 sensitive, 0 resistant, one per cell; `label` holds both classes.

    Returns
    -------
    dict
        accuracy, f1, balanced_accuracy, mcc, sensitivity, specificity and the four counts of the confusion
        matrix. MCC is 0 where it is not defined. Written out, as the bootstrap calls this thousands of times.
    """
    positive, called = label == 1, call == 1
    tp, fn = int((positive & called).sum()), int((positive & ~called).sum())
    fp, tn = int((~positive & called).sum()), int((~positive & ~called).sum())
    margins = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return {
        "accuracy": (tp + tn) / len(label),
        "f1": 2 * tp / (2 * tp + fp + fn),
        "balanced_accuracy": (tp / (tp + fn) + tn / (tn + fp)) / 2,
        "mcc": (tp * tn - fp * fn) / math.sqrt(margins) if margins else 0.0,
        "sensitivity": tp / (tp + fn),
        "specificity": tn / (tn + fp),
        "true_positives": tp,
        "false_positives": fp,
        "true_negatives": tn,
        "false_negatives": fn,
    }


def compute_metrics(
    label: NDArray[Any],
    probability: NDArray[Any],
    call: NDArray[Any],
    called: NDArray[Any],
    bins: int,
) -> dict[str, float]:
    """Return every headline metric of one set of predictions.

    Parameters
    ----------
    label, call
        1 sensitive, 0 resistant, one per cell, `call` by the threshold alone; `label` holds both classes.
    probability
        Of sensitive.
    called
        False where the call is uncertain; used only by `coverage`, `accuracy_called` and `balanced_accuracy_called`.
    bins
        Bins of the expected calibration error.

    Returns
    -------
    dict
        `call_metrics`; auroc (signed: below 0.5 stays below 0.5), auprc (average precision) and its chance
        level prevalence; brier, ece; coverage (fraction called), accuracy_called (NaN where no cell is) and
        balanced_accuracy_called (NaN where a class has no such cell).
    """
    kept = called.astype(bool)
    both = len(np.unique(label[kept])) == 2
    sensitive, resistant = count_by_probability(label, probability)
    return {
        "auroc": auroc(sensitive, resistant),
        "auprc": average_precision(sensitive, resistant),
        "prevalence": float(np.mean(label == 1)),
        **call_metrics(label, call),
        "brier": float(np.square(label - probability).mean()),
        "ece": expected_calibration_error(label, probability, bins),
        "coverage": float(kept.mean()),
        "accuracy_called": float((label == call)[kept].mean()) if kept.any() else np.nan,
        "balanced_accuracy_called": call_metrics(label[kept], call[kept])["balanced_accuracy"]
        if both
        else np.nan,
    }


def count_by_probability(
    label: NDArray[Any], probability: NDArray[Any]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the numbers of sensitive and of resistant cells at each distinct probability, ascending."""
    values, number = np.unique(probability, return_inverse=True)
    every = np.bincount(number, minlength=len(values))
    sensitive = np.bincount(number[label == 1], minlength=len(values))
    return sensitive, every - sensitive


def auroc(sensitive: NDArray[np.intp], resistant: NDArray[np.intp]) -> float:
    """Return the share of pairs of a sensitive and a resistant cell whose order is right; ties are half right.

    Parameters
    ----------
    sensitive, resistant
        See `count_by_probability`.
    """
    below = np.cumsum(resistant) - resistant
    right = (sensitive * (2 * below + resistant)).sum() / 2
    return float(right / (sensitive.sum() * resistant.sum()))


def average_precision(sensitive: NDArray[np.intp], resistant: NDArray[np.intp]) -> float:
    """Return the precision at every probability as threshold, weighted by the recall that it adds.

    Parameters
    ----------
    sensitive, resistant
        See `count_by_probability`.
    """
    found, called = (np.cumsum(counts[::-1]) for counts in (sensitive, sensitive + resistant))
    return float((sensitive[::-1] * (found / called)).sum() / found[-1])


def expected_calibration_error(label: NDArray[Any], probability: NDArray[Any], bins: int) -> float:
    """Return the mean gap between probability and frequency over equal-width bins, weighted by their cells.

    The definition is that of Naeini et al. (AAAI 2015), for the probability of the positive class.
    """
    number = np.minimum((probability * bins).astype(int), bins - 1)
    gap = np.bincount(number, weights=label - probability, minlength=bins)
    return float(np.abs(gap).sum() / len(label))
