"""Preprocessing cells here and by a plain scanpy script in memory: seconds, memory and agreement.

Usage: python benchmarks/speed/preprocessing.py WORK            24,000 cells in turns, then 8,000 to 64,000 cells
       python benchmarks/speed/preprocessing.py WORK million    1,000,000 cells, once in each order (about 20 GB in WORK)

Writes WORK/preprocessing.svg. Cells are those of prediction.py; each run is a process of its own, see preprocessing_ways.py,
on one core; the million on two.
Shuffled: the file's cells do not stand in the order of their names, so that their rows go through a temporary file.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import scipy.sparse as sp
from curves import Panel, draw, row_by_size
from measure import print_table, ratio
from preprocessing_ways import measured, write_sources
from simulated_cells import draw_pool, gene_names, write_cells

COMPARED, ROUNDS = 24_000, 3
MILLION, CORES = 1_000_000, 2
SCALED, RUNS = (8_000, 16_000, 32_000, 64_000), 2
OURS, SHUFFLED, SCANPY = WAYS = "bulk2cell", "bulk2cell, shuffled", "scanpy"
Runs = dict[str, list[dict[str, float]]]


def in_turns(work: Path, pool: sp.csr_matrix, number: int, rounds: int) -> Runs:
    """Run every way on so many cells, in turns; the last results stay in WORK."""
    by_name = write_cells(work / "cells.h5ad", pool, number)
    other = Path(shutil.copy(by_name, work / "shuffled.h5ad"))
    shuffle_names(other)
    found: Runs = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, runs in found.items():
            runs.append(anew(way, work, other if way == SHUFFLED else by_name))
    by_name.unlink()
    other.unlink()
    return found


def shuffle_names(cells: Path) -> None:
    """Give a file's cells each other's names."""
    with h5py.File(cells, "r+") as file:
        names = file["obs/_index"]
        names[:] = np.random.default_rng(4).permutation(names[:])


def anew(way: str, work: Path, cells: Path, cores: int = 1) -> dict[str, float]:
    """Run one way after its last results are gone."""
    shutil.rmtree(work / way, ignore_errors=True)
    return measured(way.partition(",")[0], work, cells, work / way, cores)


def row(way: str, found: Runs) -> dict[str, str]:
    """Return medians, ratios of the rounds and their range."""
    seconds = [run["seconds"] for run in found[way]]
    return {
        "way": way,
        "s": f"{np.median(seconds):.2f}",
        "s with start-up": f"{np.median([run['total'] for run in found[way]]):.2f}",
        "times ours (range)": ratio(seconds, [run["seconds"] for run in found[OURS]]),
        "MB over imports": f"{max(run['memory'] for run in found[way]):,.0f}",
    }


def agreement(work: Path) -> str:
    """Return how far the script's genes and values are from ours."""
    ours, theirs = (ad.read_h5ad(work / way / "cells.h5ad") for way in (OURS, SCANPY))
    shared = theirs.var_names.intersection(ours.var_names)
    difference = abs(ours[theirs.obs_names, shared].X - theirs[:, shared].X).max()
    missing = theirs.n_vars - len(shared)
    return f"{missing} of the script's {theirs.n_vars} genes are not among ours; largest difference {difference:.0e}"


def scaling(work: Path, pool: sp.csr_matrix) -> list[dict[str, str]]:
    """Draw seconds and memory by the number of cells, and return a row per way."""
    points: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for number in SCALED:
        for way, runs in in_turns(work, pool, number, RUNS).items():
            points[way].append((min(run["seconds"] for run in runs), max(run["memory"] for run in runs)))
    seconds, memory = Panel("cells", "seconds"), Panel("cells", "MB above the imports")
    for way, every in points.items():
        for panel, values in zip((seconds, memory), zip(*every, strict=True), strict=True):
            panel.curves[way] = SCALED, values
    draw([seconds, memory], work / "preprocessing.svg")
    return [{"way": way, **row_by_size(SCALED, every)} for way, every in points.items()]


def million(work: Path, pool: sp.csr_matrix) -> Iterator[dict[str, str]]:
    """Yield the row of one run of ours for each order."""
    cells = write_cells(work / "million.h5ad", pool, MILLION)
    for way in (OURS, SHUFFLED):
        if way == SHUFFLED:
            shuffle_names(cells)
        run = anew(way, work, cells, CORES)
        study = sum(file.stat().st_size for file in (work / way).iterdir())
        yield {
            "way": way,
            "wall, s": f"{run['wall']:.1f}",
            "processor, s": f"{run['seconds']:.1f}",
            "cells/s (processor)": f"{MILLION / run['seconds']:,.0f}",
            "MB over imports": f"{run['memory']:.0f}",
            "file, GB": f"{cells.stat().st_size / 1e9:.1f}",
            "study, GB": f"{study / 1e9:.1f}",
        }
        shutil.rmtree(work / way)
    cells.unlink()


def main(work: Path, what: str = "") -> None:
    """Make cells and sources, measure, and print."""
    work.mkdir(parents=True, exist_ok=True)
    write_sources(work, gene_names())
    pool = draw_pool()
    if what == "million":
        print_table(million(work, pool))
        return
    found = in_turns(work, pool, COMPARED, ROUNDS)
    print_table(row(way, found) for way in WAYS)
    print(f"\n{agreement(work)}\n")
    print_table(scaling(work, pool))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
