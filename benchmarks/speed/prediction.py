"""Scoring cells here, by a plain scanpy script and by one over a backed AnnData: seconds, memory and agreement.

Usage: python benchmarks/speed/prediction.py WORK            24,000 cells, in turns
       python benchmarks/speed/prediction.py WORK million    1,000,000 cells, once for each model (about 12 GB in WORK)

Every run is a process of its own (see prediction_ways.py), on one core; the million on two, with wall time.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from measure import print_table, ratio
from prediction_ways import WAYS, measured
from simulated_cells import draw_pool, write_cells, write_models

COMPARED, ROUNDS = 24_000, 3
MILLION, CORES = 1_000_000, 2


def compare(model: Path, cells: Path) -> list[dict[str, str]]:
    """Return one row per way: medians, ratios of the pairs and their range, agreement with ours."""
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way in WAYS:
            runs[way].append(measured(way, model, cells))
    first = runs["bulk2cell"][0]["probabilities"]
    rows = []
    for way, found in runs.items():
        seconds, total = (np.array([run[name] for run in found]) for name in ("seconds", "total"))
        ours = [run["seconds"] for run in runs["bulk2cell"]]
        difference = np.abs(found[0]["probabilities"] - first)
        calls = ((found[0]["probabilities"] >= 0.5) != (first >= 0.5)).sum()
        rows.append(
            {
                "model": model.name,
                "way": way,
                "s": f"{np.median(seconds):.2f}",
                "s with start-up": f"{np.median(total):.2f}",
                "cells/s": f"{len(first) / np.median(seconds):,.0f}",
                "with start-up": f"{len(first) / np.median(total):,.0f}",
                "times ours (range)": ratio(seconds, ours),
                "MB over imports": f"{max(run['memory'] for run in found):,.0f}",
                "other calls": f"{calls} of {len(first):,}",
                "largest difference": f"{difference.max():.0e}",
            }
        )
    return rows


def once(model: Path, cells: Path) -> dict[str, str]:
    """Return the row of one run of ours."""
    run = measured("bulk2cell", model, cells, CORES)
    return {
        "model": model.name,
        "wall, s": f"{run['wall']:.1f}",
        "processor, s": f"{run['seconds']:.1f}",
        "cells/s (processor)": f"{len(run['probabilities']) / run['seconds']:,.0f}",
        "MB over imports": f"{run['memory']:.0f}",
        "file, GB": f"{cells.stat().st_size / 1e9:.1f}",
    }


def main(work: Path, what: str = "ratios") -> None:
    """Make cells and models, measure, and print."""
    pool = draw_pool()
    models = write_models(work, pool)
    cells = write_cells(work / "cells.h5ad", pool, MILLION if what == "million" else COMPARED)
    if what == "million":
        print_table(once(model, cells) for model in models.values())
    else:
        print_table(row for model in models.values() for row in compare(model, cells))
    cells.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
