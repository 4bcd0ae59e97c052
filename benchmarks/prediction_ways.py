"""Three ways to score the cells of a file, each run in a process of its own.

Seconds begin after the imports and are of processor time, so that other work on the machine counts little. Memory is the
largest resident set above that after the imports. Ours includes the checks of model and input (sha256) and the artefact; the
others only keep the probabilities in memory.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

BATCH, BACKED_CELLS = 512, 4096
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
Run = Iterator[Any]


def by_bulk2cell(model: Path, cells: Path) -> Run:
    """Import, predict, and give the probabilities."""
    from bulk2cell.parameters import CellInput, PredictParameters
    from bulk2cell.predict.predict import predict

    yield
    with tempfile.TemporaryDirectory(dir=cells.parent) as folder:
        out = predict(model, cells, Path(folder) / "predictions", CellInput(), PredictParameters())
        yield
        import pandas as pd

        yield pd.read_parquet(out / "predictions.parquet", columns=["probability"]).to_numpy().ravel()


def by_scanpy(model: Path, cells: Path) -> Run:
    """Read all cells, normalise them, and run the network on dense batches."""
    import scanpy as sc

    from bulk2cell.artefacts.model import read_model

    yield
    trained, adata = read_model(model), sc.read_h5ad(cells)
    found = normalised_and_scored(trained, adata)
    yield
    yield found


def by_backed_anndata(model: Path, cells: Path) -> Run:
    """Do the same to some thousand cells at a time."""
    import anndata as ad
    import scanpy  # noqa: F401

    from bulk2cell.artefacts.model import read_model

    yield
    trained, adata = read_model(model), ad.read_h5ad(cells, backed="r")
    starts = range(0, adata.n_obs, BACKED_CELLS)
    parts = (adata[start : start + BACKED_CELLS].to_memory() for start in starts)
    found = np.concatenate([normalised_and_scored(trained, part) for part in parts])
    yield
    yield found


def normalised_and_scored(trained: Any, adata: Any) -> Any:
    """Return the probabilities as a script of scanpy and torch would have them."""
    import scanpy as sc
    import torch

    sc.pp.normalize_total(adata, target_sum=1e4)
    sc.pp.log1p(adata)
    X, scaling, found = adata[:, trained.genes].X, trained.scaling, []
    components = torch.from_numpy(scaling.cell_components)
    with torch.no_grad():
        for start in range(0, X.shape[0], BATCH):
            z = (X[start : start + BATCH].toarray() - scaling.cell_mean) / scaling.cell_std
            z = torch.from_numpy(z).clamp(-10, 10)
            if len(components):
                z = z @ components.T @ components
            logits = trained.network.classify(trained.network.code(z, "cells"))
            found.append(torch.softmax(logits, dim=1)[:, 1].numpy())
    return np.concatenate(found)


WAYS = {"bulk2cell": by_bulk2cell, "scanpy": by_scanpy, "backed anndata": by_backed_anndata}


def peak_mb() -> float:
    """Return the largest resident set so far (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def child(way: str, model: str, cells: str, out: str) -> None:
    """Run one way in this process; print what it took, keep the probabilities."""
    run = WAYS[way](Path(model), Path(cells))
    next(run)
    memory, seconds, wall = peak_mb(), time.process_time(), time.perf_counter()
    next(run)
    took = {"seconds": time.process_time() - seconds, "wall": time.perf_counter() - wall}
    took |= {"memory": peak_mb() - memory, "total": time.process_time()}
    print(json.dumps(took))
    np.save(out, next(run))


def measured(way: str, model: Path, cells: Path, threads: int = 1) -> dict[str, Any]:
    """Run one way in a process of its own."""
    out = cells.with_suffix(".npy")
    command = [sys.executable, __file__, way, str(model), str(cells), str(out)]
    environment = {**os.environ, **dict.fromkeys(THREADS, str(threads))}
    ended = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return {**json.loads(ended.stdout), "probabilities": np.load(out)}


if __name__ == "__main__":
    child(*sys.argv[1:])
