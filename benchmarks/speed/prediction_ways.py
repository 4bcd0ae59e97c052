"""Three ways to score the cells of a file, each run in a process of its own (see own_process.py).

Ours includes the checks of model and input (sha256) and the artefact; the others only keep the probabilities in memory.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from own_process import Run, in_own_process, timed

BATCH, BACKED_CELLS = 512, 4096


def by_bulk2cell(model: Path, cells: Path) -> Run:
    """Import, predict, and give the probabilities."""
    from bulk2cell.parameters import CellInput, PredictParameters
    from bulk2cell.stages import predict

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


def measured(way: str, model: Path, cells: Path, cores: int = 1) -> dict[str, Any]:
    """Run one way in a process of its own."""
    out = cells.with_suffix(".npy")
    took = in_own_process(__file__, way, model, cells, out, cores=cores)
    return {**took, "probabilities": np.load(out)}


if __name__ == "__main__":
    ended = timed(WAYS[sys.argv[1]](*map(Path, sys.argv[2:4])))
    np.save(sys.argv[4], next(ended))
