"""A screen of GDSC2's 286 drugs, with 200 permutations and ten groups: seconds and memory, and against one drug at a time.

Usage: python benchmarks/speed/screen.py WORK DATA [million]

DATA holds gdsc/. Cells are those of simulated_cells.py under the lines' gene names, so that reading, components and products
cost what they cost. Everything runs as a person would run it, on two cores, with start-up. `million` screens 1,000,000 cells
(11 GB in WORK); else 20,000 cells are screened, and `run` takes one drug of them, one seed without attribution.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
from measure import print_table
from simulated_cells import GENES, draw_pool, write_cells

GROUPS = 10
DRUG = "Erlotinib"


def prepare(work: Path, data: Path, cells: int) -> dict[str, Path]:
    """Write cells, response and sample sheet."""
    work.mkdir(parents=True, exist_ok=True)
    paths = {"bulk": data / "gdsc" / "expression_log2rma.parquet", "response": work / "gdsc2.parquet"}
    response = pd.read_parquet(data / "gdsc" / "response.parquet")
    response[response["DATASET"] == "GDSC2"].to_parquet(paths["response"])
    paths["cells"] = write_cells(work / f"{cells}.h5ad", draw_pool()[:4_000], cells)
    genes = list(pd.read_parquet(paths["bulk"]).columns.astype(str))
    names = np.array([*genes, *(f"GENE{number}" for number in range(GENES - len(genes)))], dtype=object)
    with h5py.File(paths["cells"], "a") as file:
        file["var/_index"][:] = names
        group = file["obs"].create_dataset("group", data=np.arange(cells) % GROUPS)
        group.attrs.update({"encoding-type": "array", "encoding-version": "0.2.0"})
        file["obs"].attrs["column-order"] = np.array(["group"], dtype=h5py.string_dtype())
    (work / "sets.gmt").write_text("SET\t-\t" + "\t".join(genes[:500]) + "\n")
    (work / "pairs.csv").write_text(f"pair,drug,cells\npair,{DRUG},{paths['cells']}\n")
    return paths


def measure(name: str, *words: object) -> dict[str, object]:
    """Run a command and return what it took."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(["bulk2cell", *map(str, words)], check=True, capture_output=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "command": name,
        "wall, s": f"{wall:.1f}",
        "processor, s": f"{seconds:.1f}",
        "memory, GB": f"{after.ru_maxrss / 1e6:.2f}",
    }


def main(work: Path, data: Path, cells: int) -> None:
    """Measure and print."""
    paths = prepare(work, data, cells)
    reference = "--bulk", paths["bulk"], "--response", paths["response"]
    options = "--group-column", "group", "--permutations", 200, "--out", work / "screen"
    rows = [measure(f"screen, {cells:,} cells", "screen", paths["cells"], *reference, *options)]
    if cells == 20_000:
        sheet = work / "pairs.csv", *reference, "--gene-sets", work / "sets.gmt"
        alone = "--seeds", 1, "--skip-attribution", "--out", work / f"results_{time.time_ns()}"
        rows.append(measure("run, one drug", "run", *sheet, *alone))
    print_table(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), 1_000_000 if sys.argv[3:] == ["million"] else 20_000)
