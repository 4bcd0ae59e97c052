"""How well probabilities and calls of labelled cells agree with their labels."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from bulk2cell.regimes import REGIMES, Regime
from bulk2cell.report.figures.calls import draw_confusion, draw_probabilities
from bulk2cell.report.svg import (
    MUTED,
    SENSITIVE,
    Figure,
    Panel,
    new_axes,
    to_panel,
)

GRID = np.linspace(0, 1, 201)


def draw_discrimination(cells: pd.DataFrame, regime: Regime, bins: int) -> Figure:
    """Draw ROC, precision-recall, reliability, confusion matrix and the distribution of probabilities.

    Parameters
    ----------
    cells
        Columns label (1 / 0 / NaN), probability, call, seed; one row per cell and seed.
    regime
        Named in the caption.
    bins
        Of the reliability diagram.
    """
    labelled = cells[cells["label"].notna()]
    panels = [
        draw_roc(labelled),
        draw_precision_recall(labelled),
        draw_reliability(labelled, bins),
        draw_confusion(labelled),
        draw_probabilities(cells),
    ]
    return Figure(
        panels,
        f"Labelled cells ({REGIMES[regime].words}); each thin line is a seed. ROC: the further above the diagonal, the "
        "better. Precision and recall: chance reaches the dashed line, the share of sensitive cells. Calibration: on the "
        "diagonal, 80 % of the cells with a probability of 80 % are sensitive. Confusion matrix: numbers of cells, averaged "
        "over seeds and shaded by their share of the row; correct calls lie on the diagonal from upper left. "
        "Probabilities: the less the two classes overlap, the better; cells in the grey band are uncertain.",
    )


def draw_roc(cells: pd.DataFrame) -> Panel:
    """Draw the ROC curve of every seed and their mean."""
    axes, curves = _square("fraction of resistant cells called", "fraction of sensitive cells called"), []
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    aurocs = []
    for one in _seeds(cells):
        x, y, _ = roc_curve(one["label"], one["probability"])
        axes.plot(x, y, color=SENSITIVE, linewidth=0.8, alpha=0.45)
        curves.append(np.interp(GRID, x, y))
        aurocs.append(roc_auc_score(one["label"], one["probability"]))
    axes.plot(np.r_[0, GRID], np.r_[0, np.mean(curves, axis=0)], color=SENSITIVE, linewidth=2)
    axes.text(0.97, 0.05, f"AUROC {np.mean(aurocs):.2f}", ha="right", fontsize=9)
    return to_panel(axes, "ROC curve", f"ROC curves of {len(curves)} seeds; mean AUROC {np.mean(aurocs):.2f}")


def draw_precision_recall(cells: pd.DataFrame) -> Panel:
    """Draw the precision-recall curve of every seed with the prevalence, which chance reaches."""
    axes, prevalence = _square("recall of sensitive cells", "precision"), float((cells["label"] == 1).mean())
    axes.axhline(prevalence, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    auprcs = []
    for one in _seeds(cells):
        precision, recall, _ = precision_recall_curve(one["label"], one["probability"])
        axes.plot(recall, precision, color=SENSITIVE, linewidth=1.2, alpha=0.7)
        auprcs.append(average_precision_score(one["label"], one["probability"]))
    told = f"AUPRC {np.mean(auprcs):.2f}, prevalence {prevalence:.2f}"
    axes.text(0.03, 0.05, told, fontsize=9)
    return to_panel(
        axes, "Precision and recall", f"Precision-recall curves of {len(auprcs)} seeds; mean {told}"
    )


def draw_reliability(cells: pd.DataFrame, bins: int) -> Panel:
    """Draw the frequency of sensitive cells by probability, and the expected calibration error."""
    axes, errors = _square("probability of sensitive", "fraction sensitive"), []
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    for one in _seeds(cells):
        number = (one["probability"] * bins).astype(int).clip(upper=bins - 1)
        table = one.groupby(number)[["probability", "label"]].mean().assign(n=number.value_counts())
        axes.plot(table["probability"], table["label"], color=SENSITIVE, linewidth=0.9, alpha=0.5)
        axes.scatter(
            table["probability"],
            table["label"],
            s=8 + 70 * table["n"] / len(one),
            color=SENSITIVE,
            alpha=0.6,
            linewidths=0,
        )
        errors.append(float(((table["probability"] - table["label"]).abs() * table["n"]).sum() / len(one)))
    axes.text(0.03, 0.93, f"ECE {np.mean(errors):.2f}", fontsize=9)
    told = f"mean expected calibration error {np.mean(errors):.2f}"
    return to_panel(axes, "Calibration", f"Reliability diagram of {len(errors)} seeds, {bins} bins; {told}")


def _seeds(cells: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for _, one in cells.groupby("seed", sort=True):
        yield one


def _square(x: str, y: str) -> Any:
    axes = new_axes(3.25, 2.8)
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.03), xlabel=x, ylabel=y)
    return axes
