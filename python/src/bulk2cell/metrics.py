"""The metrics of scores by name: their words, which direction is better, how far they reach, where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

EITHER_WAY = "auroc_either_way"
SILHOUETTE = "silhouette"
PERMUTATION_P = "permutation_p"  # and `_` and the tested metric
LEAVE_ONE_OUT = "auroc_leave_one_sample_out"  # and `_min`, `_median` and `_max`


@dataclass(frozen=True)
class Metric:
    """What evaluate, report and grid must know of a metric.

    Attributes
    ----------
    words
        As a sentence names it.
    better
        Whether a high or a low value is better; neither says how good a model is.
    lowest, highest
        What it can be at the most.
    in_table
        A column of the report's table of all metrics; others are in captions, figures or below a value.
    headline
        A column of the benchmark's headline.
    """

    words: str
    better: Literal["high", "low", "neither"] = "high"
    lowest: float = 0.0
    highest: float = 1.0
    in_table: bool = True
    headline: bool = False

    @property
    def heading(self) -> str:
        """The words as a heading has them."""
        return self.words[0].upper() + self.words[1:]


def _count(words: str) -> Metric:
    return Metric(words, better="neither", highest=inf, in_table=False)


METRICS: Mapping[str, Metric] = {
    "auroc": Metric("AUROC", headline=True),
    EITHER_WAY: Metric("AUROC, either way", in_table=False, headline=True),
    "auprc": Metric("AUPRC"),
    "prevalence": Metric("prevalence", better="neither", in_table=False),
    "balanced_accuracy": Metric("balanced accuracy", headline=True),
    "mcc": Metric("MCC", lowest=-1.0, headline=True),
    "accuracy": Metric("accuracy"),
    "f1": Metric("F1"),
    "sensitivity": Metric("sensitivity"),
    "specificity": Metric("specificity"),
    "true_positives": _count("true positives"),
    "false_positives": _count("false positives"),
    "true_negatives": _count("true negatives"),
    "false_negatives": _count("false negatives"),
    "brier": Metric("Brier", better="low"),
    "ece": Metric("ECE", better="low"),
    "coverage": Metric("share called", better="neither"),
    "accuracy_called": Metric("accuracy of the cells called"),
    "balanced_accuracy_called": Metric("balanced accuracy of the cells called"),
    SILHOUETTE: Metric("silhouette", lowest=-1.0, in_table=False),
}
