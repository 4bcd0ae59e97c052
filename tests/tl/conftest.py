from collections.abc import Callable
from pathlib import Path

import anndata as ad
import numpy as np
import pytest
import scipy.sparse as sp

import bulk2cell as b2c
from bulk2cell.parameters import (
    CellInput,
    CellLabels,
    LossParameters,
    NetworkParameters,
    StudyParameters,
    TrainParameters,
)
from bulk2cell.preprocess.reference import Reference
from bulk2cell.preprocess.sources import Sources
from bulk2cell.simulate.synthesise import DRUG
from bulk2cell.stages import finetune, preprocess, pretrain
from bulk2cell.tl.model import Model


@pytest.fixture(scope="session")
def reference(world: Path) -> Reference:
    files = {"bulk": "bulk.parquet", "response": "response.parquet", "gene_sets": "gene_sets.gmt"}
    return b2c.datasets.reference(**{name: world / file for name, file in files.items()})


@pytest.fixture(scope="session")
def by_commands(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the study, the encoder and the model that the commands make of the world's h5ad."""
    home = tmp_path_factory.mktemp("by_commands")
    sources = Sources(
        world / "bulk.parquet", world / "response.parquet", world / "cells.h5ad", world / "gene_sets.gmt"
    )
    labels = CellLabels(label_column="label", sample_column="cell_line")
    groups = CellInput(), labels, StudyParameters(hvg=100)
    study = preprocess(sources, DRUG, DRUG, home / "study", [], "", *groups)
    losses, training = LossParameters(), TrainParameters()
    encoder = pretrain(study, home / "encoder", NetworkParameters(), losses, training)
    finetune(study, encoder, home / "model", losses, training)
    return home


@pytest.fixture
def adata(world: Path) -> ad.AnnData:
    return ad.read_h5ad(world / "cells.h5ad")


@pytest.fixture(scope="session")
def model(by_commands: Path) -> Model:
    return b2c.open_model(by_commands / "model")


def with_matrix(adata: ad.AnnData, X: object) -> ad.AnnData:
    adata.X = X
    return adata


def view_of_more(adata: ad.AnnData) -> ad.AnnData:
    """Return a view of all cells, in another order, of an AnnData with others and one more gene."""
    more = ad.concat([adata, adata[:50]], keys=["", "again"], index_unique="_")
    more.obs_names = [*adata.obs_names, *(f"again{number}" for number in range(50))]
    more.uns = dict(adata.uns)
    return more[adata.obs_names[::-1]]


def with_counts_in_a_layer(adata: ad.AnnData) -> ad.AnnData:
    adata.layers["umi"] = adata.X.copy()
    return with_matrix(adata, np.log1p(adata.X.toarray()))


def with_raw(adata: ad.AnnData) -> ad.AnnData:
    """Return scaled cells of some genes, and raw counts of all."""
    adata.raw = adata.copy()
    some = adata[:, ::3].copy()
    dense = some.X.toarray()
    return with_matrix(some, (dense - dense.mean(axis=0)) / (dense.std(axis=0) + 1))


def backed(adata: ad.AnnData) -> ad.AnnData:
    return ad.read_h5ad(adata.uns.pop("path"), backed="r")


# An AnnData with the world's counts, and what tells where they are.
WAYS: dict[str, tuple[Callable[[ad.AnnData], ad.AnnData], dict[str, object]]] = {
    "csr": (lambda adata: adata, {}),
    "csc": (lambda adata: with_matrix(adata, adata.X.tocsc()), {}),
    "dense": (lambda adata: with_matrix(adata, adata.X.toarray()), {}),
    "whole numbers": (lambda adata: with_matrix(adata, adata.X.astype(np.int64)), {}),
    "csr array": (lambda adata: with_matrix(adata, sp.csr_array(adata.X)), {}),
    "view": (view_of_more, {}),
    "layer": (with_counts_in_a_layer, {"layer": "umi"}),
    "layer, found": (with_counts_in_a_layer, {}),
    "raw": (with_raw, {"use_raw": True}),
    "raw, found": (with_raw, {}),
    "backed": (backed, {}),
}


@pytest.fixture(params=WAYS)
def way(
    request: pytest.FixtureRequest, adata: ad.AnnData, world: Path
) -> tuple[ad.AnnData, dict[str, object]]:
    change, options = WAYS[request.param]
    if request.param == "backed":
        adata.uns["path"] = world / "cells.h5ad"
    return change(adata), options
