"""Calls and probabilities by label."""

from typing import Any

import numpy as np
import pandas as pd

from bulk2cell.calls import CALLS, UNCERTAIN
from bulk2cell.calls import RESISTANT as RESISTANT_CALL
from bulk2cell.calls import SENSITIVE as SENSITIVE_CALL
from bulk2cell.report.svg import RESISTANT, SENSITIVE, UNLABELLED, Panel, new_axes, to_panel


def draw_confusion(cells: pd.DataFrame) -> Panel:
    """Draw the confusion matrix of the three calls, mean over seeds."""
    axes: Any = new_axes(3.25, 2.8)
    rows = ((1.0, SENSITIVE_CALL), (0.0, RESISTANT_CALL))
    counts = (
        np.array(
            [
                [((cells["label"] == label) & (cells["call"] == call)).sum() for call in CALLS]
                for label, _ in rows
            ]
        )
        / cells["seed"].nunique()
    )
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=2, aspect="auto")
    for i in range(len(rows)):
        for j in range(len(CALLS)):
            axes.text(j, i - 0.08, f"{counts[i, j]:,.0f}", ha="center", va="center", fontsize=14)
            axes.text(j, i + 0.17, f"{share[i, j]:.0%} of row", ha="center", va="center", fontsize=8)
    axes.set(xticks=range(len(CALLS)), yticks=[0, 1], xticklabels=CALLS, xlabel="call", ylabel="label")
    axes.set_yticklabels([name for _, name in rows], rotation=90, va="center")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    told = "; ".join(
        f"{counts[i, j]:.0f} {rows[i][1]} cells {'' if call == UNCERTAIN else 'called '}{call}"
        for i in range(len(rows))
        for j, call in enumerate(CALLS)
    )
    return to_panel(axes, "Confusion matrix", f"Mean over seeds: {told}")


def draw_probabilities(cells: pd.DataFrame) -> Panel:
    """Draw the distribution of the probabilities by label; cells without label too."""
    axes: Any = new_axes(3.25, 2.8)
    uncertain = cells.loc[cells["call"] == UNCERTAIN, "probability"]
    if len(uncertain):
        axes.axvspan(uncertain.min(), uncertain.max(), color="#eceff2", zorder=0)
    shown = []
    label = cells["label"] if "label" in cells else pd.Series(np.nan, index=cells.index)
    for mask, name, colour in (
        (label == 1, "sensitive", SENSITIVE),
        (label == 0, "resistant", RESISTANT),
        (label.isna(), "no label", UNLABELLED),
    ):
        if not mask.any():
            continue
        weight = np.full(int(mask.sum()), 1 / mask.sum())
        axes.hist(
            cells.loc[mask, "probability"],
            bins=list(np.linspace(0, 1, 31)),
            weights=weight,
            color=colour,
            alpha=0.6,
            label=name,
        )
        shown.append(f"{name} mean {cells.loc[mask, 'probability'].mean():.2f}")
    axes.set(xlim=(0, 1), xlabel="probability of sensitive", ylabel="fraction of cells")
    axes.figure.legend(loc="outside upper left", ncols=3, handlelength=1, columnspacing=1)
    return to_panel(axes, "Probabilities", f"Distribution of probabilities by label: {', '.join(shown)}")
