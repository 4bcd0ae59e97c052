"""The critical-difference diagram."""

from typing import Any

import pandas as pd

from bulk2cell.grid.ranks import Ranks, find_cliques
from bulk2cell.report.svg import INK, SENSITIVE, Figure, new_axes, shorten, to_panel

STEP = 0.24
WIDTH = 9.0
GAP = 0.013
MOST_LETTERS = 46


def tabulate_aurocs(values: pd.DataFrame) -> pd.DataFrame:
    """Return pairs x methods, of the methods that have an AUROC on every pair.

    Parameters
    ----------
    values
        Columns name, pair, metric, value.
    """
    chosen = values[values["metric"] == "auroc"]
    return chosen.pivot_table(index="pair", columns="name", values="value", sort=False).dropna(axis=1)


def draw_ranks(ranks: Ranks) -> Figure:
    """Draw methods by mean rank; a bar joins those that cannot be told apart."""
    names, mean = list(ranks.mean.index), list(ranks.mean)
    joined = find_cliques(mean, ranks.critical_difference)
    half = (len(names) + 1) // 2
    below = 0.25 + 0.16 * len(joined)
    axes = new_axes(WIDTH, 1.1 + below + STEP * half)
    axes.set_axis_off()
    last = len(names)
    axes.set(xlim=(0.9 - last * 0.55, last * 1.55 + 0.1), ylim=(-(below + STEP * half), 0.95))
    _scale(axes, last, ranks.critical_difference)
    for place, (name, value) in enumerate(zip(names, mean, strict=True)):
        left = place < half
        depth = -(below + STEP * (place if left else last - 1 - place))
        end = 0.9 if left else last + 0.1
        axes.plot([value, value, end], [0, depth, depth], color=INK, linewidth=0.9)
        words = [shorten(name, MOST_LETTERS), f"{value:.2f}"]
        side, beside = ("right", end - GAP * last) if left else ("left", end + GAP * last)
        text = "  ".join(words if left else reversed(words))
        axes.text(beside, depth, text, ha=side, va="center", fontsize=8, color=INK)
    for level, (first, end) in enumerate(joined):
        y = -(0.16 + 0.16 * level)
        axes.plot([mean[first] - 0.03, mean[end] + 0.03], [y, y], color=SENSITIVE, linewidth=4)
    told = "; ".join(f"{name} {value:.2f}" for name, value in zip(names, mean, strict=True))
    panel = to_panel(axes, "Mean rank by AUROC, 1 is best", f"Mean ranks: {told}")
    return Figure([panel], _caption(ranks))


def _scale(axes: Any, last: int, difference: float) -> None:
    axes.plot([1, last], [0, 0], color=INK, linewidth=1)
    for number in range(1, last + 1):
        axes.plot([number, number], [0, 0.08], color=INK, linewidth=1)
        axes.text(number, 0.14, str(number), ha="center", va="bottom", fontsize=8, color=INK)
    end = 1 + difference
    axes.plot([1, end], [0.5, 0.5], color=SENSITIVE, linewidth=2, marker="|", markersize=6)
    axes.text(1, 0.6, f"critical difference {difference:.2f}", va="bottom", fontsize=8, color=INK)


def _caption(ranks: Ranks) -> str:
    return (
        f"Methods ranked by AUROC on each of {ranks.tasks} pairs (Demšar 2006). Friedman's test that all are equal: "
        f"p = {ranks.p:.2g}. Methods joined by a bar differ by less than Nemenyi's critical difference "
        f"({ranks.critical_difference:.2f} at level 0.05) and cannot be told apart. The constant predictors are left out. "
        "With few pairs there are hardly any differences."
    )
