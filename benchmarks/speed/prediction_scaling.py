"""Seconds and memory of scoring by the number of cells, as a table with exponents and as a figure.

Usage: python benchmarks/speed/prediction_scaling.py WORK

Writes WORK/prediction.svg. Cells, models and ways are those of prediction.py; scanpy runs on the two smaller files.
"""

import sys
from pathlib import Path

from curves import Panel, draw, row_by_size
from measure import print_table
from prediction_ways import measured
from simulated_cells import draw_pool, write_cells, write_models

SCALED = (8_000, 16_000, 32_000, 64_000)
SMALL, RUNS = SCALED[:2], 2
Points = list[tuple[float, float]]


def main(work: Path) -> None:
    """Print seconds and memory by the number of cells, and draw them."""
    pool = draw_pool()
    models = write_models(work, pool)
    found: dict[tuple[str, str], Points] = {
        (name, way): [] for way in ("bulk2cell", "scanpy") for name in models
    }
    for cells in SCALED:
        path = write_cells(work / "scaled.h5ad", pool, cells)
        for (name, way), points in found.items():
            if way == "bulk2cell" or cells in SMALL:
                runs = [measured(way, models[name], path) for _ in range(RUNS)]
                points.append((min(run["seconds"] for run in runs), max(run["memory"] for run in runs)))
        path.unlink()
    print_table(
        {"model": model, "way": way, **row_by_size(SCALED, points)} for (model, way), points in found.items()
    )
    seconds, memory = Panel("cells", "seconds"), Panel("cells", "MB above the imports")
    for which, points in found.items():
        for panel, values in zip((seconds, memory), zip(*points, strict=True), strict=True):
            panel.curves[", ".join(which)] = SCALED[: len(points)], values
    draw([seconds, memory], work / "prediction.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
