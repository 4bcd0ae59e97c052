"""Seconds and peak memory of every stage, on PC9 and on 20,000 simulated cells x 20,000 genes.

Usage: python benchmarks/speed/stages.py DATA PC9.h5ad OUT

DATA holds gdsc/ and genesets/; PC9.h5ad is written by benchmarks/real/prepare.py. Each stage is a process of its own;
peak memory is its largest resident set. All parameters are the defaults, the strategy as well.
"""

import subprocess
import sys
import time
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp

CELLS, GENES = 20_000, 20_000


def measured(command: list[str]) -> tuple[float, float]:
    """Run a command and return its seconds and peak memory in GiB (Linux: VmHWM, read while it runs)."""
    start, peak = time.monotonic(), 0
    process = subprocess.Popen(["bulk2cell", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        lines = [line.split() for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        peak = max([peak, *(int(line[1]) for line in lines)])
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"bulk2cell {' '.join(command)} failed")
    return time.monotonic() - start, peak / 2**20


def simulated(bulk: Path, response: Path, out: Path) -> Path:
    """Write simulated cells, with sparse genes that GDSC lacks up to the wanted number."""
    base = out / "gdsc_genes.h5ad"
    half = str(CELLS // 2)
    sizes = ["--sensitive-cells", half, "--resistant-cells", half]
    files = ["--bulk", str(bulk), "--response", str(response), "--drug", "Erlotinib", "--out", str(base)]
    subprocess.run(["bulk2cell", "simulate", *files, *sizes], check=True)
    cells = ad.read_h5ad(base)
    rng = np.random.default_rng(0)
    more = sp.csr_matrix(rng.poisson(0.1, (CELLS, GENES - cells.n_vars)).astype(np.float32))
    names = [*cells.var_names, *(f"NOTINGDSC{i}" for i in range(more.shape[1]))]
    wide = ad.AnnData(
        sp.hstack([cells.X, more], format="csr"), obs=cells.obs, var=pd.DataFrame(index=names), uns=cells.uns
    )
    path = out / "simulated_20000x20000.h5ad"
    wide.write_h5ad(path)
    return path


def stages(name: str, data: Path, cells: Path, label: str, sample: str, out: Path) -> list[dict[str, object]]:
    """Run all stages on one file of cells and return a row per stage."""
    folder = {
        kind: str(out / name / kind)
        for kind in ("study", "encoder", "model", "calls", "raw", "scores", "genes")
    }
    reactome = data / "genesets" / "c2.cp.reactome.v2023.1.Hs.symbols.gmt"
    sources = [
        "--bulk",
        f"{data}/gdsc/expression_log2rma.parquet",
        "--response",
        f"{data}/gdsc/response.parquet",
    ]
    about = [
        "--drug",
        "Erlotinib",
        "--label-column",
        label,
        "--sample-column",
        sample,
        "--exclude-lines",
        "PC-9",
    ]
    commands = {
        "preprocess": [
            *sources,
            "--cells",
            str(cells),
            "--gene-sets",
            str(reactome),
            *about,
            "--out",
            folder["study"],
        ],
        "pretrain": [folder["study"], "--out", folder["encoder"]],
        "finetune": [folder["study"], "--encoder", folder["encoder"], "--out", folder["model"]],
        "predict, study": [folder["model"], folder["study"], "--out", folder["calls"]],
        "predict, file": [folder["model"], str(cells), "--out", folder["raw"]],
        "evaluate": [folder["study"], folder["calls"], "--model", folder["model"], "--out", folder["scores"]],
        "attribute": [folder["model"], folder["study"], "--out", folder["genes"]],
    }
    rows = []
    for stage, words in commands.items():
        seconds, memory = measured([stage.split(",")[0], *words])
        rows.append(
            {"cells": name, "stage": stage, "seconds": round(seconds, 1), "peak GiB": round(memory, 2)}
        )
        print(rows[-1], flush=True)
    return rows


def main(data: Path, pc9: Path, out: Path) -> None:
    """Measure both and print a table."""
    out.mkdir(parents=True, exist_ok=True)
    large = simulated(data / "gdsc" / "expression_log2rma.parquet", data / "gdsc" / "response.parquet", out)
    rows = stages("PC9", data, pc9, "response", "library", out)
    rows += stages("20,000 x 20,000", data, large, "label", "cell_line", out)
    print("| " + " | ".join(rows[0]) + " |\n|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(map(str, row.values())) + " |")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
