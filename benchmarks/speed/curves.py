"""Curves of cost over size on logarithmic axes, with the exponent that each follows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

FEWEST_POINTS = 3


@dataclass
class Panel:
    """One pair of axes: what is counted, what it costs, and a curve (sizes, costs) per name."""

    size: str
    cost: str
    curves: dict[str, tuple[Sequence[float], Sequence[float]]] = field(default_factory=dict)


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> str:
    """Return the slope of log cost over log size; two points say nothing."""
    if len(sizes) < FEWEST_POINTS:
        return "-"
    return f"{np.polyfit(np.log(sizes), np.log(costs), 1)[0]:.2f}"


def row_by_size(sizes: Sequence[int], points: Sequence[tuple[float, float]]) -> dict[str, str]:
    """Return seconds / memory for each size, the first ones where points are fewer, and how each grows."""
    cells = dict.fromkeys(map("{:,}".format, sizes), "")
    cells |= zip(cells, (f"{seconds:.2f} / {memory:.0f}" for seconds, memory in points), strict=False)
    slopes = [exponent(sizes[: len(points)], values) for values in zip(*points, strict=True)]
    return {**cells, "exponents": " / ".join(slopes)}


def draw(panels: Sequence[Panel], path: Path) -> None:
    """Draw panels side by side, each with its legend below."""
    figure = Figure(figsize=(4.5 * len(panels), 4.4), layout="constrained")
    for axes, panel in zip(np.atleast_1d(figure.subplots(1, len(panels))), panels, strict=True):
        for number, (name, (sizes, costs)) in enumerate(panel.curves.items()):
            slope = exponent(sizes, costs)
            label = name if slope == "-" else f"{name}: exponent {slope}"
            axes.loglog(sizes, costs, marker="o", color=f"C{number}", label=label)
        every = sorted({size for sizes, _ in panel.curves.values() for size in sizes})
        axes.set(xlabel=panel.size, ylabel=panel.cost)
        axes.set_xticks(every, [f"{size:,}" for size in every], fontsize=8)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.minorticks_off()
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.16), frameon=False)
    figure.savefig(path, metadata={"Date": None})
