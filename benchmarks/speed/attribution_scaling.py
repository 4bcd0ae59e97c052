"""Time of exact integrated gradients and of captum's by cells, genes, pathways and steps, with exponents, and as a figure.

Usage: OMP_NUM_THREADS=1 python benchmarks/speed/attribution_scaling.py WORK

Writes WORK/attribution.svg. Networks and measure are those of attribution.py: 250 cells, 4,000 genes, 1,100 pathways and 50
steps where they do not grow, the better of two calls.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from attribution import Attributions, by_captum, random_network
from curves import Panel, draw, exponent
from measure import print_table, timed

from bulk2cell.attribute.gradients import integrate_gradients
from bulk2cell.cores import settle_threads

FIXED = {"cells": 250, "genes": 4_000, "pathways": 1_100, "steps": 50}
GROWING = {
    "cells": (125, 250, 500, 1_000),
    "genes": (1_000, 2_000, 4_000, 8_000),
    "pathways": (100, 400, 1_600, 6_400),
    "steps": (12, 25, 50, 100),
}
CALLS = 2


def seconds(way: Callable[..., Attributions], cells: int, genes: int, pathways: int) -> float:
    """Return the least processor time of some calls."""
    network, x, baseline = random_network(pathways, genes), torch.randn(cells, genes), torch.zeros(1, genes)
    return min(timed(way, network, x, baseline)[0] for _ in range(CALLS))


def panel(name: str) -> Panel:
    """Measure both ways while one number grows; ours has no steps."""
    made = Panel(name, "seconds")
    found: dict[str, list[float]] = {"exact": [], "captum": []}
    for value in GROWING[name]:
        size = FIXED | {name: value}
        steps = size.pop("steps")
        found["exact"].append(seconds(integrate_gradients, **size))
        found["captum"].append(seconds(partial(by_captum, steps=steps), **size))
    made.curves = {way: (GROWING[name], costs) for way, costs in found.items()}
    return made


def main(work: Path) -> None:
    """Measure and draw."""
    settle_threads()
    torch.manual_seed(0)
    work.mkdir(parents=True, exist_ok=True)
    integrate_gradients(random_network(8, genes=8), torch.randn(2, 8), torch.zeros(1, 8))
    panels = [panel(name) for name in GROWING]
    print_table(
        {
            "by": f"{each.size}: " + " / ".join(map("{:,}".format, sizes)),
            "way": way,
            "s": " / ".join(f"{cost:.3g}" for cost in costs),
            "exponent": exponent(sizes, costs),
        }
        for each in panels
        for way, (sizes, costs) in each.curves.items()
    )
    draw(panels, work / "attribution.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
