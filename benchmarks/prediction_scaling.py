"""Seconds and memory of scoring by the number of cells, as a table with exponents and as a figure.

Usage: python benchmarks/prediction_scaling.py WORK

Writes WORK/prediction.svg. Cells, models and ways are those of prediction.py.
"""

import sys
from pathlib import Path

import numpy as np
from measure import print_table
from prediction_ways import measured
from simulated_cells import MODELS, draw_pool, write_cells, write_models

SCALED = (8_000, 16_000, 32_000, 64_000)
Points = list[tuple[float, float]]


def main(work: Path) -> None:
    """Print seconds and memory by the number of cells, and draw them."""
    pool = draw_pool()
    models = write_models(work, pool)
    lines: dict[tuple[str, str], Points] = {}
    for cells in SCALED:
        path = write_cells(work / "scaled.h5ad", pool, cells)
        for name, model in models.items():
            for way in ("bulk2cell", "scanpy") if cells <= SCALED[1] else ("bulk2cell",):
                runs = [measured(way, model, path) for _ in range(2)]
                point = min(run["seconds"] for run in runs), max(run["memory"] for run in runs)
                lines.setdefault((name, way), []).append(point)
        path.unlink()
    rows = []
    for (name, way), points in lines.items():
        every = [f"{seconds:.2f} / {memory:.0f}" for seconds, memory in points]
        row = {"model": name, "way": way, **dict.fromkeys(map("{:,}".format, SCALED), "")}
        row |= dict(zip(map("{:,}".format, SCALED), every, strict=False))
        rows.append({**row, "exponents": " / ".join(exponents(points))})
    print_table(rows)
    draw(lines, work / "prediction.svg")


def exponents(points: Points) -> list[str]:
    """Return the slopes of log seconds and log memory over log cells; two points say nothing."""
    if len(points) < 3:
        return ["-", "-"]
    sizes = np.log(SCALED[: len(points)])
    return [f"{np.polyfit(sizes, np.log(values), 1)[0]:.2f}" for values in zip(*points, strict=True)]


def draw(lines: dict[tuple[str, str], Points], path: Path) -> None:
    """Draw seconds and memory over cells."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    panels = figure.subplots(1, 2)
    for (name, way), points in lines.items():
        color, line = ("C0" if name == MODELS[0] else "C1"), ("-" if way == "bulk2cell" else ":")
        for axes, values, slope in zip(panels, zip(*points, strict=True), exponents(points), strict=True):
            label = f"{name}, {way}" + (f": exponent {slope}" if slope != "-" else "")
            axes.loglog(SCALED[: len(points)], values, marker="o", color=color, ls=line, label=label)
    ticks = {"seconds": (0.25, 0.5, 1, 2, 4, 8), "MB above the imports": (50, 100, 200, 400, 800)}
    for axes, (label, values) in zip(panels, ticks.items(), strict=True):
        axes.set(xlabel="cells", ylabel=label)
        axes.set_xticks(SCALED, [f"{cells:,}" for cells in SCALED])
        axes.set_yticks(values, [f"{value:g}" for value in values])
        axes.minorticks_off()
        axes.legend(fontsize=7, loc="lower right" if label == "seconds" else "center right")
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
