"""Every real task at once: ours, the published arrangement and the simple classifiers, in regime B.

Usage: python benchmarks/real/transfer.py DATA OUT [--seeds 5] [--published-seeds 5] [--jobs 2]

Tasks: each drug for which the five lung lines hold both classes (CEL-seq2, labelled by the lines' own GDSC response), PC9
with erlotinib, and the three sets of the SCAD benchmark. Writes OUT/transfer.parquet; transfer_tables.py prints it.

The published arrangement takes by far the most time. It has Hallmark gene sets; its encoder is pretrained once per set of
cells and seed, and fine-tuning may stop after 5 epochs without improvement from the first epoch on instead of the hundredth
(it keeps one of the first epochs). What stands in OUT/encoders and OUT/scores is not computed again.
"""

import argparse
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import prepare
import torch
from safetensors.torch import load_model, save_model
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from xgboost import XGBClassifier

from bulk2cell.artefacts.study import Study, read_cell_labels, read_study
from bulk2cell.gdsc.labels import response_labels
from bulk2cell.gdsc.lines import line_key, read_response
from bulk2cell.model.family import build_network, components_of
from bulk2cell.model.mask import decoder_mask
from bulk2cell.networks.classification import fit_response
from bulk2cell.networks.reconstruction import fit_reconstruction
from bulk2cell.parameters import (
    CellInput,
    CellLabels,
    LossParameters,
    NetworkParameters,
    StrategyName,
    StudyParameters,
    TrainParameters,
)
from bulk2cell.preprocess.source_lines import label_lines
from bulk2cell.preprocess.sources import Sources
from bulk2cell.ridge.fit import fit_ridge
from bulk2cell.stages import preprocess
from bulk2cell.train.data import TrainingData, training_data
from bulk2cell.train.seeds import set_seed
from bulk2cell.train.shots import no_shots
from bulk2cell.train.temperature import calibrate

LUNG_LINES = ["A549", "NCI-H838", "NCI-H2228", "NCI-H1975", "HCC827"]
SCAD = ("Afatinib", "Gefitinib", "Vorinostat")
QUICK = TrainParameters(pretrain_epochs=60, finetune_epochs=60, finetune_min_epochs=0, device="cpu")
OURS: StrategyName = "ridge_pathways"
PUBLISHED: StrategyName = "share_ae_pathways"
DRUGS_AT_ONCE = 13


@dataclass(frozen=True)
class Target:
    """One set of cells: its study, and each drug's part of the response table."""

    name: str
    study: Path
    responses: dict[str, Path]


def main(data: Path, out: Path, seeds: int, published_seeds: int, jobs: int) -> None:
    """Score every task and write the table."""
    targets = list(make_targets(data, out))
    os.environ["OMP_NUM_THREADS"] = "1"
    scores = out / "scores"
    scores.mkdir(exist_ok=True)
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        encoders = [
            pool.submit(keep_encoder, out, target, seed)
            for seed in range(1, published_seeds + 1)
            for target in targets
        ]
        for encoder in encoders:
            encoder.result()
        work = [
            pool.submit(
                keep, scores / f"{name}_{target.name}_{start}.parquet", score, target, *arguments, drugs
            )
            for target in targets
            for start, drugs in parts(target)
            for name, score, arguments in (
                ("ours", score_ours, (seeds,)),
                ("simple", score_simple, ()),
                *(
                    (f"published_{seed}", score_published, (seed, encoder_file(out, target, seed)))
                    for seed in range(1, published_seeds + 1)
                ),
            )
        ]
        pd.concat(done.result() for done in work).to_parquet(out / "transfer.parquet", index=False)


def parts(target: Target) -> Iterator[tuple[int, list[str]]]:
    """Give the target's drugs in parts, each with the number of its first."""
    for start in range(0, len(target.responses), DRUGS_AT_ONCE):
        yield start, list(target.responses)[start : start + DRUGS_AT_ONCE]


def encoder_file(out: Path, target: Target, seed: int) -> Path:
    """Return where the published arrangement's pretrained network stands."""
    return out / "encoders" / f"{target.name}_{seed}.safetensors"


def keep_encoder(out: Path, target: Target, seed: int) -> None:
    """Pretrain the published arrangement on one set of cells, unless that is done."""
    path = encoder_file(out, target, seed)
    if path.exists():
        return
    path.parent.mkdir(exist_ok=True)
    study = read_study(target.study)
    network = new_network(study, PUBLISHED, seed)
    with TemporaryDirectory() as folder:
        fit_reconstruction(
            network, training_data(study, "cpu"), LossParameters(), QUICK, Path(folder) / "checkpoint", ""
        )
    part = path.with_suffix(".part")
    save_model(network, str(part))
    part.rename(path)


def keep(path: Path, score: Callable[..., list[dict[str, Any]]], *arguments: Any) -> pd.DataFrame:
    """Return the scores in a file, which is made first where it is missing."""
    if not path.exists():
        part = path.with_suffix(".part")
        pd.DataFrame(score(*arguments)).to_parquet(part, index=False)
        part.rename(path)
    return pd.read_parquet(path)


def make_targets(data: Path, out: Path) -> Iterator[Target]:
    """Preprocess each set of cells once; the genes do not depend on the drug."""
    out.mkdir(parents=True, exist_ok=True)
    prepare.main(data, out)
    responses = split_responses(data / "gdsc" / "response.parquet", out / "responses")
    lung = [drug for drug, part in responses.items() if {0.0, 1.0} <= set(line_labels(part, drug).dropna())]
    yield study_of(data, out, "lung", responses, lung, out / "lung.h5ad", LUNG_LINES, "counts")
    yield study_of(data, out, "PC9", responses, ["Erlotinib"], out / "pc9.h5ad", ["PC-9"], "counts")
    for drug in SCAD:
        cells = out / f"scad_{drug.lower()}.tsv"
        yield study_of(data, out, f"SCAD_{drug}", responses, [drug], cells, [], "zscore")


def split_responses(response: Path, out: Path) -> dict[str, Path]:
    """Write one small response table per drug."""
    out.mkdir(exist_ok=True)
    parts = {}
    for number, (drug, rows) in enumerate(pd.read_parquet(response).groupby("DRUG_NAME")):
        parts[str(drug)] = out / f"{number}.parquet"
        rows.to_parquet(parts[str(drug)])
    return parts


def study_of(
    data: Path,
    out: Path,
    name: str,
    responses: dict[str, Path],
    drugs: list[str],
    cells: Path,
    exclude: list[str],
    scale: Any,
) -> Target:
    """Make the study of one set of cells."""
    sources = Sources(
        data / "gdsc" / "expression_log2rma.parquet",
        responses[drugs[0]],
        cells,
        data / "genesets" / "h.all.v2022.1.Hs.symbols.gmt",
        out / "gene_ids.tsv.gz",
        None,
    )
    columns = CellLabels(sample_column="cell_line_demuxlet") if name == "lung" else CellLabels("response")
    study = out / "studies" / name
    if not study.exists():
        preprocess(
            sources, name, drugs[0], study, exclude, "", CellInput(scale=scale), columns, StudyParameters()
        )
    return Target(name, study, {drug: responses[drug] for drug in drugs})


def line_labels(response: Path, drug: str) -> "pd.Series[float]":
    """Return the labels of the five lung lines."""
    labels = response_labels(read_response(response, drug)[0], "extreme", 0.3, 0.0)
    return labels.reindex([line_key(name) for name in LUNG_LINES])


def score_ours(target: Target, seeds: int, drugs: list[str]) -> list[dict[str, Any]]:
    """Score the default strategy on some drugs of one set of cells."""
    rows = []
    for drug, study, label in tasks(target, drugs):
        known = training_data(study, "cpu", "B", components_of(NetworkParameters(strategy=OURS)))
        for seed in range(1, seeds + 1):
            model = new_network(study, OURS, seed)
            fit_ridge(model, known, no_shots("cpu"), LossParameters(), seed)
            rows.append(row(target, drug, OURS, seed, label, probabilities(model, known)))
    return rows


def score_simple(target: Target, drugs: list[str]) -> list[dict[str, Any]]:
    """Score the simple classifiers on some drugs of one set of cells."""
    rows = []
    for drug, study, label in tasks(target, drugs):
        known = training_data(study, "cpu")
        lines, cells = known.labelled.numpy(), known.cells.numpy()
        x, y = known.bulk.numpy()[lines], known.labels.numpy()[lines].astype(int)
        simple = {
            "logistic regression": LogisticRegression(max_iter=5000),
            "XGBoost": XGBClassifier(n_jobs=1, random_state=0),
        }
        for method, classifier in simple.items():
            rows.append(row(target, drug, method, 0, label, classifier.fit(x, y).predict_proba(cells)[:, 1]))
    return rows


def score_published(target: Target, seed: int, encoder: Path, drugs: list[str]) -> list[dict[str, Any]]:
    """Score one seed of the published arrangement on some drugs of one set of cells."""
    rows = []
    with TemporaryDirectory() as folder:
        for drug, study, label in tasks(target, drugs):
            known = training_data(study, "cpu")
            model = new_network(study, PUBLISHED, seed)
            load_model(model, encoder)
            checkpoint = Path(folder) / drug.replace("/", " ")
            fit_response(model, known, no_shots("cpu"), LossParameters(), QUICK, checkpoint, "")
            calibrate(model, known)
            rows.append(row(target, drug, PUBLISHED, seed, label, probabilities(model, known)))
            print(target.name, drug, seed, flush=True)
    return rows


def tasks(target: Target, drugs: Iterable[str]) -> Iterator[tuple[str, Study, Any]]:
    """Give each drug's name, study, and the cells' labels."""
    study = read_study(target.study)
    labels = read_cell_labels(target.study).set_index("cell").loc[study.cells.obs_names]
    for drug in drugs:
        response, label = target.responses[drug], labels["label"]
        if target.name == "lung":
            label = labels["sample"].map(line_key).map(line_labels(response, drug))
        yield drug, relabelled(study, response, drug), label.to_numpy(float)


def new_network(study: Study, strategy: StrategyName, seed: int) -> Any:
    """Return a new network for a study, and seed all that follows."""
    set_seed(seed)
    network = NetworkParameters(strategy=strategy)
    return build_network(
        decoder_mask(list(study.bulk.var_names), study.pathways, network.free_units), network
    )


def row(target: Target, drug: str, method: str, seed: int, label: Any, probability: Any) -> dict[str, Any]:
    """Return one row of the table; cells without a label are left out."""
    tested = ~np.isnan(label)
    return {
        "target": target.name,
        "drug": drug,
        "method": method,
        "seed": seed,
        "auroc": roc_auc_score(label[tested], probability[tested]),
        "balanced_accuracy": balanced_accuracy_score(label[tested], probability[tested] >= 0.5),
        "cells": int(tested.sum()),
    }


def relabelled(study: Study, response: Path, drug: str) -> Study:
    """Return the study with the lines' response to another drug."""
    bulk, _ = label_lines(study.bulk, response, drug, [], StudyParameters())
    return replace(study, bulk=bulk)


@torch.no_grad()
def probabilities(model: torch.nn.Module, data: TrainingData) -> Any:
    """Return every cell's probability of sensitive."""
    return torch.softmax(model.eval().classify(model.code(data.cells, "cells")), dim=1)[:, 1].numpy()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--published-seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    main(given.data, given.out, given.seeds, given.published_seeds, given.jobs)
