"""Networks on simulated targets, beside the default ridge.

Usage: OMP_NUM_THREADS=1 python benchmarks/transfer/networks.py DATA OUT [--drugs 5]

DATA holds gdsc/ and genesets/. The targets are three of choice.py's: 12 lines, spread 0.3, three median counts,
first repeat; the drugs are some of those scored there. Each candidate learns one drug at a time, once, on the same lines
and from the same seed, and is scored as there. The package's networks have Hallmark gene sets; their encoder is pretrained
once per target. All networks stop when they no longer fit the held-out lines better. Writes OUT/transfer_networks.parquet
(candidate, configuration, drug, auroc) and prints the table.
"""

import argparse
import copy
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np
import pandas as pd
import torch
from candidates import COLLECTIONS
from choice import auroc, print_table
from encoder import PLAIN, fit_encoder
from scipy.stats import zscore
from targets import Target, draw_targets, read_screen

from bulk2cell.artefacts.study import Study
from bulk2cell.cells.standardise import Scaling, denoise, gene_statistics, leading_components
from bulk2cell.model.family import build_network
from bulk2cell.model.mask import decoder_mask
from bulk2cell.networks.classification import fit_response
from bulk2cell.networks.reconstruction import fit_reconstruction
from bulk2cell.parameters import (
    LossParameters,
    NetworkParameters,
    StrategyName,
    StudyParameters,
    TrainParameters,
)
from bulk2cell.preprocess.pathways import keep_gene_sets
from bulk2cell.preprocess.source_lines import split_lines
from bulk2cell.ridge.fit import fit_ridge
from bulk2cell.train.data import TrainingData
from bulk2cell.train.seeds import set_seed
from bulk2cell.train.shots import no_shots

# No checkpoint is ever due.
SHORT = TrainParameters(
    pretrain_epochs=30,
    finetune_epochs=60,
    finetune_min_epochs=0,
    patience=5,
    checkpoint_every=100,
    device="cpu",
)
DEFAULT = NetworkParameters()
REFERENCE = "ridge, the default"
PUBLISHED = "published network"
# Strategy, and components that cells are reduced to.
ARRANGEMENTS: dict[str, tuple[StrategyName, int]] = {
    PUBLISHED: ("share_ae_pathways", 0),
    "published network, reduced cells": ("share_ae_pathways", DEFAULT.cell_components),
    "published network, dense decoder": ("base_share_ae", 0),
    "published network, dense decoder, adversary": ("adv_share_ae", 0),
}


def main(data: Path, out: Path, drugs: int) -> None:
    """Score every candidate on every target and drug, write the scores and print the table."""
    rows = []
    # From the seventh on: those of 12 lines; every other one: spread 0.3.
    for target in islice(draw_targets(read_screen(data), 1), 6, None, 2):
        pathways, _ = keep_gene_sets(
            data / "genesets" / COLLECTIONS["Hallmark"], None, target.genes, StudyParameters()
        )
        for column, candidate, scores in all_scores(target, pathways, drugs):
            rows.append(
                {
                    "candidate": candidate,
                    "configuration": target.configuration,
                    "drug": target.labels.columns[target.scored[column]],
                    "auroc": auroc(target.cell_labels[:, column], scores),
                }
            )
    out.mkdir(parents=True, exist_ok=True)
    found = pd.DataFrame(rows)
    found.to_parquet(out / "transfer_networks.parquet", index=False)
    print_table(found, ["configuration", "drug"], REFERENCE)


def all_scores(target: Target, pathways: pd.DataFrame, drugs: int) -> Iterator[tuple[int, str, Any]]:
    """Give the column of some drugs among those scored, and every candidate's name and scores of the cells."""
    encoders: dict[str, Any] = {}
    for column in np.linspace(0, len(target.scored) - 1, drugs).astype(int):
        raw = training_data_of(target, target.scored[column])
        reduced = reduce_cells(raw, DEFAULT.cell_components)
        ridge = new_network(target, pathways, DEFAULT.strategy)
        fit_ridge(ridge, reduced, no_shots("cpu"), LossParameters(), SHORT.seed)
        scores = {REFERENCE: scores_of(ridge, reduced)}
        for name, (strategy, components) in ARRANGEMENTS.items():
            data = reduced if components else raw
            if name not in encoders:
                encoders[name] = new_network(target, pathways, strategy)
                fit_stage(fit_reconstruction, encoders[name], data, LossParameters())
            network = copy.deepcopy(encoders[name])
            set_seed(SHORT.seed)
            fit_stage(fit_response, network, data, no_shots("cpu"), LossParameters())
            scores[name] = scores_of(network, data)
        for name, kind in PLAIN.items():
            set_seed(SHORT.seed)
            scores[name] = fit_encoder(reduced if kind.components else raw, kind, SHORT)
        scores[f"{PUBLISHED} and ridge, mean z-score"] = zscore(scores[PUBLISHED]) + zscore(scores[REFERENCE])
        print(target.configuration, target.labels.columns[target.scored[column]], flush=True)
        for name, of_cells in scores.items():
            yield column, name, of_cells


def training_data_of(target: Target, drug: int) -> TrainingData:
    """Return what training sees of one drug, cells not reduced."""
    study = StudyParameters()
    labels = target.labels.iloc[:, drug]
    train = split_lines(labels, study.validation_fraction, study.split_seed) == "train"
    return TrainingData(
        study=cast("Study", None),  # what fits a network reads the tensors alone
        bulk=torch.from_numpy(target.bulk).float(),
        response=torch.from_numpy(target.response.iloc[:, drug].to_numpy(np.float32)),
        labels=torch.from_numpy(labels.to_numpy(np.float32)),
        train=torch.from_numpy(train.to_numpy()),
        labelled=torch.from_numpy(labels.notna().to_numpy()),
        cells=torch.from_numpy(target.cells).float(),
        scaling=Scaling(
            *gene_statistics(target.bulk),
            *gene_statistics(target.cells),
            leading_components(target.cells, 0),
        ),
    )


def reduce_cells(data: TrainingData, components: int) -> TrainingData:
    """Return the data with cells reduced to their leading components."""
    cells = data.cells.numpy()
    return replace(data, cells=torch.from_numpy(denoise(cells, leading_components(cells, components))))


def new_network(target: Target, pathways: pd.DataFrame, strategy: StrategyName) -> Any:
    """Return a new network for a target, and seed all that follows."""
    set_seed(SHORT.seed)
    parameters = NetworkParameters(strategy=strategy)
    return build_network(decoder_mask(list(target.genes), pathways, parameters.free_units), parameters)


def fit_stage(stage: Any, *given: Any) -> None:
    """Run one stage of training without anything to go on from."""
    with TemporaryDirectory() as folder:
        stage(*given, SHORT, Path(folder) / "checkpoint", "")


@torch.no_grad()
def scores_of(network: Any, data: TrainingData) -> Any:
    """Return the logit of sensitive of every cell."""
    logits = network.eval().classify(network.code(data.cells, "cells"))
    return (logits[:, 1] - logits[:, 0]).numpy()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--drugs", type=int, default=5)
    given = parser.parse_args()
    main(given.data, given.out, given.drugs)
