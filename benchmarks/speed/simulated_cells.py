"""Simulated cells, and models with random weights, for the benchmarks of what streams.

Counts of 20,000 genes, about 7 % of them not 0: 8,000 cells are drawn and repeated. The models have 4,500 of the genes, the
more expressed ones likelier.
"""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp
import torch
from numpy.typing import NDArray
from torch import nn

from bulk2cell.artefacts.folder import save
from bulk2cell.artefacts.manifest import new_manifest
from bulk2cell.artefacts.model import TrainedModel
from bulk2cell.cells.normalise import log_normalised, totals
from bulk2cell.cells.standardise import Scaling, gene_statistics, leading_components, standardise
from bulk2cell.model.family import build_network, components_of
from bulk2cell.model.mask import decoder_mask, unit_names
from bulk2cell.model.network import Network
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.ridge.network import RidgeNetwork

GENES, MODEL_GENES, POOL = 20_000, 4_500, 8_000
MODELS = ("ridge_pathways", "share_ae_pathways")
STUDY = {
    **dict.fromkeys(("pair", "drug", "release", "gene_sets"), "-"),
    "measure": "AUC",
    "simulated": True,
    "scale": {"bulk": "-", "cells": "counts"},
    "scale_declared": False,
    "reading": {"matrix": "X", "gene_names": "index", "log_base": None, "total": None},
    "identifiers": {"bulk": "symbol", "cells": "symbol"},
    "target_sum": 1e4,
    "lines": dict.fromkeys(("expression", "response", "train", "validation"), 0)
    | {"labelled": {"sensitive": 0, "resistant": 0}},
    "label_cuts": {"sensitive_at_most": None, "resistant_at_least": None},
    "excluded_lines": {"removed": [], "not_in_source": []},
    "kept": [],
    "warnings": [],
}
CONTENT = {
    **dict.fromkeys(("pair", "drug", "gene_sets", "device"), "-"),
    **{"seed": 1, "regime": "B", "lines": 0, "cells": 0, "shots": [], "temperature": 1.0, "study": STUDY},
    "epochs": {"run": 0, "best": 0},
    "trust": None,
    "left_out_lines": {"log_odds": [1.0, -1.0] * 5, "sensitive": [True, False] * 5},
    "validation": {"lines": 0, "cross_entropy": 0.0, "auroc": 0.5},
}


def gene_names() -> NDArray[Any]:
    """Return the genes' names, in no order."""
    numbers = np.random.default_rng(0).permutation(GENES)
    return np.array([f"GENE{number:05d}" for number in numbers], dtype=object)


def draw_pool() -> sp.csr_matrix:
    """Return counts of the cells that are repeated."""
    rng = np.random.default_rng(1)
    rate = rng.lognormal(-4.0, 1.8, GENES)
    depth = rng.lognormal(0, 0.4, (POOL, 1))
    parts = [rng.poisson(part * rate).astype(np.float32) for part in np.array_split(depth, 16)]
    return sp.vstack([sp.csr_matrix(part) for part in parts], format="csr")


def write_cells(path: Path, pool: sp.csr_matrix, cells: int) -> Path:
    """Write an h5ad block by block: the pool again and again, each time under other names."""
    rounds, text = cells // pool.shape[0], h5py.string_dtype()
    with h5py.File(path, "w") as file:
        file.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
        names = (f"cell {number:07d}" for number in range(cells))
        for frame, index in (("obs", np.fromiter(names, object, cells)), ("var", gene_names())):
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


def write_models(work: Path, pool: sp.csr_matrix) -> dict[str, Path]:
    """Write a model of each kind, its scaling that of the pool, its weights random."""
    rng = np.random.default_rng(2)
    expressed = np.asarray((pool > 0).mean(axis=0)).ravel()
    likely = (expressed + 0.3) / (expressed + 0.3).sum()
    chosen = np.sort(rng.choice(GENES, MODEL_GENES, replace=False, p=likely))
    print(
        f"not 0: {expressed.mean():.1%} of all entries, {expressed[chosen].mean():.1%} of the model's genes'"
    )
    log = log_normalised(pool, totals(pool), 1e4)[:, chosen]
    mean, std = gene_statistics(log)
    names = [str(name) for name in gene_names()[chosen]]
    sets = pd.DataFrame(
        {"gene": rng.choice(names, 60_000), "set": rng.integers(0, 1_100, 60_000).astype(str)}
    ).drop_duplicates()
    ids = pd.DataFrame({"identifier": names, "symbol": names})
    made = {}
    for strategy in MODELS:
        parameters = NetworkParameters(strategy=strategy)
        network = random_network(names, sets, parameters)
        components = leading_components(standardise(log[:2000], mean, std), components_of(parameters))
        settings = {**vars(parameters), **vars(LossParameters()), **vars(TrainParameters())}
        units = unit_names(sets, parameters.free_units)
        content = {**CONTENT, "strategy": strategy, "genes": names, "units": units}
        model = TrainedModel(
            network=network,
            genes=names,
            units=units,
            pathways=sets,
            gene_ids=ids,
            scaling=Scaling(mean, std, mean, std, components),
            history=pd.DataFrame({"stage": ["-"], "epoch": [1], "kept": [True]}),
            manifest=new_manifest("model", settings, {}, content),
        )
        save(model, work / strategy)
        made[strategy] = work / strategy
    return made


def random_network(genes: list[str], sets: pd.DataFrame, parameters: NetworkParameters) -> Network:
    """Return a network whose probabilities differ from cell to cell."""
    torch.manual_seed(0)
    network = build_network(decoder_mask(genes, sets, parameters.free_units), parameters)
    if isinstance(network, RidgeNetwork):
        network.set_weights(torch.randn(len(genes)) * 0.02)
        return network
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm1d):
            nn.init.uniform_(layer.running_mean, 0.1, 0.9)
            nn.init.uniform_(layer.running_var, 0.2, 2.0)
    network.classifier[-1].weight.data.mul_(20)
    return network
