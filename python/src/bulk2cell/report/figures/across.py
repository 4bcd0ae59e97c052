"""All pairs in one figure."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from bulk2cell.methods import LOGISTIC_REGRESSION, MODEL
from bulk2cell.report.svg import INK, MUTED, SENSITIVE, Figure, new_axes, shorten, to_panel

WIDTH = 5.6
BELOW = 0.2


def draw_aurocs(rows: pd.DataFrame, aurocs: Sequence[Sequence[float]]) -> Figure:
    """Draw the AUROC of every pair: seeds, mean, interval, logistic regression and depth.

    Parameters
    ----------
    rows
        The overview of one regime, one row per pair and setting.
    aurocs
        The AUROC of each seed, one list per row.
    """
    axes = new_axes(WIDTH, 0.9 + 0.52 * len(rows))
    axes.axvspan(0, 0.5, color="#f4f1ee", zorder=0)
    axes.axvline(0.5, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    several = rows.duplicated("pair", keep=False)
    for y, (row, seeds) in enumerate(zip(rows.itertuples(), aurocs, strict=True)):
        setting = f" · {row.strategy}, {row.gene_sets}" if several.iloc[y] else ""
        mark = " · simulated" if row.simulated else ""
        axes.text(
            0.008, y - 0.42, shorten(f"{row.pair}{setting}{mark}", 70), fontsize=8, va="center", color=INK
        )
        axes.plot([row.auroc_low, row.auroc_high], [y, y], color=SENSITIVE, linewidth=6, alpha=0.3, zorder=2)
        axes.scatter(seeds, [y] * len(seeds), s=14, color=SENSITIVE, linewidths=0, alpha=0.75, zorder=3)
        axes.scatter([row.auroc], [y], marker="|", s=150, color=INK, linewidths=1.8, zorder=4)
        axes.scatter(
            [row.logistic_auroc], [y + BELOW], marker="s", s=30, facecolors="white", edgecolors=INK, zorder=3
        )
        axes.scatter(
            [row.depth_auroc],
            [y + BELOW],
            marker="D",
            s=26,
            facecolors="#e6a817",
            edgecolors=INK,
            linewidths=0.6,
            zorder=3,
        )
    axes.set(xlim=(0, 1.015), ylim=(len(rows) - 0.4, -0.75), yticks=[], xlabel="AUROC")
    axes.spines["left"].set_visible(False)
    _draw_legend(axes)
    told = "; ".join(f"{row.pair} {row.auroc:.2f}" for row in rows.itertuples())
    panel = to_panel(axes, "AUROC of every pair", f"AUROC per pair, mean over seeds: {told}")
    return Figure(
        [panel],
        "How well the probabilities rank sensitive above resistant cells. 1 is perfect, 0.5 (dashed) is chance, and in "
        "the shaded half the ranking points the wrong way. Dots: seeds; tick: their mean; bar: 95 % interval. A model "
        "is useful where it is clearly to the right of logistic regression and of sequencing depth, which ignores the "
        "genes (shown in its better direction).",
    )


def _draw_legend(axes: Any) -> None:
    from matplotlib.lines import Line2D

    def marker(shape: str, face: str, label: str) -> Line2D:
        return Line2D(
            [],
            [],
            linestyle="",
            marker=shape,
            markersize=5,
            markerfacecolor=face,
            markeredgecolor=INK,
            label=label,
        )

    handles = [
        Line2D([], [], linestyle="", marker="o", markersize=4.5, color=SENSITIVE, label=f"{MODEL}, a seed"),
        marker("s", "white", LOGISTIC_REGRESSION),
        marker("D", "#e6a817", "depth only"),
    ]
    axes.figure.legend(
        handles=handles, loc="outside upper left", ncols=3, columnspacing=1.2, handletextpad=0.2
    )
