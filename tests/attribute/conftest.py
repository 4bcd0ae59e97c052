from collections.abc import Callable
from pathlib import Path

import pytest

from bulk2cell.parameters import (
    CellInput,
    CellLabels,
    LossParameters,
    NetworkParameters,
    StrategyName,
    StudyParameters,
    TrainParameters,
)
from bulk2cell.preprocess.sources import Sources
from bulk2cell.stages import finetune, preprocess, pretrain

Train = Callable[[Path, Path, StrategyName, int, int], Path]


@pytest.fixture(scope="session")
def train() -> Train:
    """Train a small model on a short schedule."""

    def in_short(
        study: Path, home: Path, strategy: StrategyName, pretrain_epochs: int, finetune_epochs: int
    ) -> Path:
        training = TrainParameters(
            pretrain_epochs=pretrain_epochs,
            pretrain_min_epochs=5,
            finetune_epochs=finetune_epochs,
            finetune_min_epochs=15,
            batch_size=64,
            device="cpu",
        )
        network = NetworkParameters(strategy=strategy, hidden=64)
        encoder = pretrain(study, home / "encoder", network, LossParameters(), training)
        return finetune(study, encoder, home / "model", LossParameters(), training)

    return in_short


@pytest.fixture(scope="session")
def planted_study(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a study of the small world."""
    sources = Sources(
        bulk=world / "bulk.parquet",
        response=world / "response.parquet",
        cells=world / "cells.h5ad",
        gene_sets=world / "gene_sets.gmt",
        gene_ids=None,
        labels=None,
    )
    labels = CellLabels(label_column="label", sample_column="cell_line")
    out = tmp_path_factory.mktemp("attribute") / "study"
    return preprocess(sources, "planted", "Plantedmab", out, [], "", CellInput(), labels, StudyParameters())


@pytest.fixture(scope="session", params=["share_ae_pathways", "ridge_pathways"])
def planted_model(planted_study: Path, train: Train, request: pytest.FixtureRequest) -> Path:
    """Return a model of each strategy with pathways that was trained on it."""
    return train(planted_study, planted_study.parent / request.param, request.param, 100, 40)
