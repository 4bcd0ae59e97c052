"""How long a person waits: --help, and predicting 2,000 cells, beside a script of scanpy and torch.

Usage: python benchmarks/speed/startup.py WORK

Whole processes on one thread, one after the other in turns, imports included: seconds of wall and of processor time, least
of the rounds and median. Cells and models are those of prediction.py; the script is `by_scanpy` of prediction_ways.py.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from measure import print_table
from own_process import THREADS
from simulated_cells import MODELS, draw_pool, write_cells, write_models

CELLS, ROUNDS = 2_000, 5


def seconds(command: list[str]) -> tuple[float, float]:
    """Return wall and processor time of a process."""
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - start, os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, spent


def commands(work: Path) -> dict[str, list[str]]:
    """Write cells and models, and return what is run."""
    pool = draw_pool()
    models = write_models(work, pool)
    cells = write_cells(work / "few.h5ad", pool[:CELLS], CELLS)
    program = [sys.executable, "-m", "bulk2cell"]
    script = [sys.executable, str(Path(__file__).with_name("prediction_ways.py")), "scanpy"]
    made = {
        "bulk2cell --help": [*program, "--help"],
        "bulk2cell predict --help": [*program, "predict", "--help"],
    }
    for name in MODELS:
        out = ["--out", str(work / "predictions")]
        made[f"bulk2cell predict, {name}"] = [*program, "predict", str(models[name]), str(cells), *out]
        script_out = str(work / "few.npy")
        made[f"scanpy and torch, {name}"] = [
            *script,
            str(models[name]),
            str(cells),
            script_out,
        ]
    return made


def main(work: Path) -> None:
    """Measure in turns and print."""
    work.mkdir(parents=True, exist_ok=True)
    made = commands(work)
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in made}
    for _ in range(ROUNDS):
        for name, command in made.items():
            took[name].append(seconds(command))
    rows = []
    for name, found in took.items():
        wall, spent = zip(*found, strict=True)
        rows.append(
            {
                "command": name,
                "wall, s: least / median": f"{min(wall):.2f} / {statistics.median(wall):.2f}",
                "processor, s: least / median": f"{min(spent):.2f} / {statistics.median(spent):.2f}",
            }
        )
    print_table(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
