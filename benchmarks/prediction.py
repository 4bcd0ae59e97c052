"""Scoring cells here, by a plain scanpy script and by one over a backed AnnData: seconds, memory and agreement.

Usage: python benchmarks/prediction.py WORK            ratios, scaling, the crossing of dense and sparse products
       python benchmarks/prediction.py WORK million    1,000,000 cells, once for each model (about 12 GB in WORK)

Simulated counts of 20,000 genes, written block by block: 8,000 cells are drawn and repeated. The models have random weights
and 4,500 of the genes, the more expressed ones likelier. Every run is a process of its own on one thread, and ours and the
others' take turns. Seconds are of processor time, so that other work on the machine counts little; wall time for the
million. They begin after the imports. Memory is the largest resident set above that after the imports. Ours includes the
checks of model and input (sha256) and the artefact; the others only keep the probabilities in memory.
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

GENES, MODEL_GENES, POOL, PAIRS = 20_000, 4_500, 8_000, 3
COMPARED, SCALED = 24_000, (8_000, 16_000, 32_000, 64_000)
MODELS = ("ridge_pathways", "share_ae_pathways")
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
    command = [sys.executable, __file__, "--child", way, str(model), str(cells), str(out)]
    environment = {**os.environ, **dict.fromkeys(THREADS, str(threads))}
    ended = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return {**json.loads(ended.stdout), "probabilities": np.load(out)}


def draw_pool(rng: np.random.Generator) -> Any:
    """Return counts of the cells that are repeated, csr, about 7 % of them not 0."""
    import scipy.sparse as sp

    rate = rng.lognormal(-4.0, 1.8, GENES)
    depth = rng.lognormal(0, 0.4, (POOL, 1))
    parts = [rng.poisson(part * rate).astype(np.float32) for part in np.array_split(depth, 16)]
    return sp.vstack([sp.csr_matrix(part) for part in parts], format="csr")


def write_cells(path: Path, pool: Any, genes: Any, cells: int) -> Path:
    """Write an h5ad block by block: the pool again and again, each time under other names."""
    import h5py

    rounds, text = cells // pool.shape[0], h5py.string_dtype()
    with h5py.File(path, "w") as file:
        file.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
        names = (f"cell {number:07d}" for number in range(cells))
        for frame, index in (("obs", np.fromiter(names, object, cells)), ("var", genes)):
            group = file.create_group(frame)
            group.attrs.update(
                {"encoding-type": "dataframe", "encoding-version": "0.2.0", "_index": "_index"}
            )
            group.attrs["column-order"] = np.array([], dtype=text)
            group.create_dataset("_index", data=index, dtype=text).attrs.update(
                {"encoding-type": "string-array", "encoding-version": "0.2.0"}
            )
        X = file.create_group("X")
        X.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": [cells, GENES]})
        data = X.create_dataset("data", (pool.nnz * rounds,), "f4")
        indices = X.create_dataset("indices", (pool.nnz * rounds,), "i4")
        bounds = [pool.indptr[:-1].astype(np.int64) + pool.nnz * number for number in range(rounds)]
        X["indptr"] = np.concatenate([*bounds, [pool.nnz * rounds]])
        for number in range(rounds):
            part = slice(pool.nnz * number, pool.nnz * (number + 1))
            data[part], indices[part] = pool.data, pool.indices
    return path


def write_models(work: Path, pool: Any, genes: Any, rng: np.random.Generator) -> dict[str, Path]:
    """Write a model of each kind, its scaling that of the pool, its weights random."""
    import pandas as pd
    import torch
    from torch import nn

    from bulk2cell.artefacts.folder import new_artefact
    from bulk2cell.artefacts.model import write_model
    from bulk2cell.model.build import build_network
    from bulk2cell.model.linear import LinearNetwork
    from bulk2cell.model.mask import decoder_mask
    from bulk2cell.parameters import NetworkParameters
    from bulk2cell.preprocess.scale import log_normalised, totals
    from bulk2cell.preprocess.standardise import Scaling, gene_statistics, leading_components, standardise

    expressed = np.asarray((pool > 0).mean(axis=0)).ravel()
    chosen = np.sort(
        rng.choice(GENES, MODEL_GENES, replace=False, p=(expressed + 0.3) / (expressed + 0.3).sum())
    )
    print(
        f"not 0: {expressed.mean():.1%} of all entries, {expressed[chosen].mean():.1%} of those of the model's genes"
    )
    log = log_normalised(pool, totals(pool), 1e4)[:, chosen]
    mean, std = gene_statistics(log)
    names = [str(name) for name in genes[chosen]]
    sets = pd.DataFrame(
        {"gene": rng.choice(names, 60_000), "set": rng.integers(0, 1_100, 60_000).astype(str)}
    )
    made = {}
    for strategy in MODELS:
        torch.manual_seed(0)
        parameters = NetworkParameters(strategy=strategy)
        network = build_network(
            decoder_mask(names, sets.drop_duplicates(), parameters.free_units), parameters
        )
        linear = isinstance(network, LinearNetwork)
        if linear:
            network.set_weights(torch.randn(MODEL_GENES) * 0.02)
        for layer in network.modules():
            if isinstance(layer, nn.BatchNorm1d):
                nn.init.uniform_(layer.running_mean, 0.1, 0.9)
                nn.init.uniform_(layer.running_var, 0.2, 2.0)
        if not linear:
            network.classifier[-1].weight.data.mul_(20)
        components = leading_components(standardise(log[:2000], mean, std), 20 if linear else 0)
        facts = {"pair": "-", "drug": "-", "strategy": strategy, "gene_sets": "-", "seed": 1, "regime": "B"}
        study = {"target_sum": 1e4, "scale": {"cells": "counts"}}
        with new_artefact(work / strategy, "model", {**vars(parameters), "seed": 1}, {}) as draft:
            draft.content = {**facts, "shots": [], "genes": names, "study": study}
            ids = pd.DataFrame({"identifier": names, "symbol": names})
            scaling = Scaling(mean, std, mean, std, components)
            write_model(draft, network, scaling, sets.drop_duplicates(), ids, pd.DataFrame({"epoch": [1]}))
        made[strategy] = work / strategy
    return made


def compare(model: Path, cells: Path) -> list[dict[str, str]]:
    """Return one row per way: medians, ratios of the pairs and their range, agreement with ours."""
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for _ in range(PAIRS):
        for way in WAYS:
            runs[way].append(measured(way, model, cells))
    first = runs["bulk2cell"][0]["probabilities"]
    rows = []
    for way, found in runs.items():
        seconds, total = (np.array([run[name] for run in found]) for name in ("seconds", "total"))
        ratio = seconds / [run["seconds"] for run in runs["bulk2cell"]]
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
                "times ours (range)": f"{np.median(ratio):.1f} ({ratio.min():.1f}–{ratio.max():.1f})",
                "MB over imports": f"{max(run['memory'] for run in found):,.0f}",
                "other calls": f"{calls} of {len(first):,}",
                "largest difference": f"{difference.max():.0e}",
            }
        )
    return rows


Points = list[tuple[float, float]]


def scaling(models: dict[str, Path], work: Path, pool: Any, genes: Any) -> None:
    """Print seconds and memory by the number of cells, and draw them."""
    lines: dict[tuple[str, str], Points] = {}
    for cells in SCALED:
        path = write_cells(work / "scaled.h5ad", pool, genes, cells)
        for name, model in models.items():
            for way in ("bulk2cell", "scanpy") if cells <= SCALED[1] else ("bulk2cell",):
                runs = [measured(way, model, path) for _ in range(2)]
                point = min(run["seconds"] for run in runs), max(run["memory"] for run in runs)
                lines.setdefault((name, way), []).append(point)
        path.unlink()
    rows = []
    for (name, way), points in lines.items():
        every = [f"{seconds:.2f} / {memory:.0f}" for seconds, memory in points]
        row = {"model": name, "way": way, **dict(zip(map("{:,}".format, SCALED), every, strict=False))}
        rows.append({**row, "exponents": " / ".join(exponents(points))})
    print_table(sorted(rows, key=len, reverse=True))
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


def crossing(repeats: int = 9) -> list[dict[str, str]]:
    """Return microseconds per cell of a sparse and a dense first layer, by the share of entries that are not 0."""
    import scipy.sparse as sp

    rng = np.random.default_rng(0)
    weight = rng.standard_normal((MODEL_GENES, 512)).astype(np.float32)
    rows = []
    for density in (0.03, 0.07, 0.12, 0.17, 0.25, 0.4):
        cells = sp.random(2048, MODEL_GENES, density, "csr", np.float32, random_state=rng)
        took = [
            min(processor_time(product, cells, weight) for _ in range(repeats)) / 2048 * 1e6
            for product in (lambda x, w: x @ w, dense_product)
        ]
        rows.append(
            {"not 0": f"{density:.0%}", "sparse, µs": f"{took[0]:.0f}", "dense, µs": f"{took[1]:.0f}"}
        )
    return rows


def dense_product(cells: Any, weight: Any) -> None:
    """Multiply in dense batches."""
    for start in range(0, cells.shape[0], 256):
        cells[start : start + 256].toarray() @ weight


def processor_time(function: Any, *given: Any) -> float:
    """Return the seconds of processor time of a call."""
    start = time.process_time()
    function(*given)
    return time.process_time() - start


def million(models: dict[str, Path], work: Path, pool: Any, genes: Any) -> None:
    """Print what a million cells take, on one thread of numpy."""
    path = write_cells(work / "million.h5ad", pool, genes, 1_000_000)
    rows = []
    for name, model in models.items():
        run = measured("bulk2cell", model, path)
        rows.append(
            {
                "model": name,
                "wall, s": f"{run['wall']:.1f}",
                "processor, s": f"{run['seconds']:.1f}",
                "cells/s (processor)": f"{1e6 / run['seconds']:,.0f}",
                "MB over imports": f"{run['memory']:.0f}",
                "file, GB": f"{path.stat().st_size / 1e9:.1f}",
            }
        )
    path.unlink()
    print_table(rows)


def print_table(rows: list[dict[str, str]]) -> None:
    """Print rows as Markdown."""
    print("\n| " + " | ".join(rows[0]) + " |\n|" + "---|" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(row.get(name, "") for name in rows[0]) + " |", flush=True)


def main(work: Path, what: str = "ratios") -> None:
    """Make cells and models, measure, and print."""
    rng = np.random.default_rng(0)
    work.mkdir(parents=True, exist_ok=True)
    pool = draw_pool(rng)
    genes = np.array([f"GENE{number:05d}" for number in rng.permutation(GENES)], dtype=object)
    models = write_models(work, pool, genes, rng)
    if what == "million":
        million(models, work, pool, genes)
        return
    print_table(crossing())
    cells = write_cells(work / "compared.h5ad", pool, genes, COMPARED)
    print_table([row for model in models.values() for row in compare(model, cells)])
    cells.unlink()
    scaling(models, work, pool, genes)


if __name__ == "__main__":
    if sys.argv[1] == "--child":
        child(*sys.argv[2:])
    else:
        main(Path(sys.argv[1]), *sys.argv[2:])
