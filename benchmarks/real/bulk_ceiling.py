"""What the lung set could reach: the same models on the five lines' own bulk profiles, where nothing is carried over.

Usage: python benchmarks/real/bulk_ceiling.py DATA OUT

OUT is the folder that transfer.py has filled. For every drug of the lung set and several penalties, one model (seed 1)
scores the lines' arrays and the cells; AUROC over the labelled lines and over their cells, averaged over drugs.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from ablation import targets
from scipy.stats import sem
from sklearn.metrics import roc_auc_score
from transfer import LUNG_LINES, OURS, line_labels, new_network, probabilities, tasks

from bulk2cell.artefacts.study import read_study
from bulk2cell.cells.standardise import standardise
from bulk2cell.gdsc.lines import line_key
from bulk2cell.genes.ids import read_gene_ids
from bulk2cell.parameters import LossParameters, NetworkParameters
from bulk2cell.preprocess.bulk import load_bulk
from bulk2cell.ridge.fit import fit_ridge
from bulk2cell.train.data import training_data
from bulk2cell.train.shots import no_shots

PENALTIES = (0.3, 1.0, LossParameters().ridge_penalty, 10.0)


def main(data: Path, out: Path) -> None:
    """Print the mean AUROC on lines and on cells, by penalty."""
    (lung,) = (target for target in targets(out, 1) if target.name == "lung")
    profiles = lung_profiles(data, out, list(read_study(lung.study).bulk.var_names))
    rows: list[dict[str, Any]] = []
    for drug, study, label in tasks(lung, lung.responses):
        known = training_data(study, "cpu", "B", NetworkParameters().cell_components)
        lines = torch.from_numpy(standardise(profiles, known.scaling.bulk_mean, known.scaling.bulk_std))
        of_lines = line_labels(lung.responses[drug], drug).to_numpy(float)
        for penalty in PENALTIES:
            model = new_network(study, OURS, 1)
            fit_ridge(model, known, no_shots("cpu"), LossParameters(ridge_penalty=penalty), seed=1)
            with torch.no_grad():
                on_lines = model.classify(model.code(lines, "bulk"))[:, 1].numpy()
            rows.append(
                {
                    "penalty": penalty,
                    "lines' own arrays": auroc(of_lines, on_lines),
                    "cells": auroc(label, probabilities(model, known)),
                }
            )
    found = pd.DataFrame(rows).groupby("penalty")
    print("| penalty | lines' own arrays | cells | drugs |\n|---|---|---|---|")
    for penalty, part in found:
        cells = " | ".join(
            f"{part[name].mean():.3f} ± {sem(part[name]):.3f}" for name in ("lines' own arrays", "cells")
        )
        print(f"| {penalty:g} | {cells} | {len(part)} |")


def lung_profiles(data: Path, out: Path, genes: list[str]) -> Any:
    """Return the five lines' expression, as the study's lines have it."""
    names = read_gene_ids(out / "gene_ids.tsv.gz")
    bulk = load_bulk(data / "gdsc" / "expression_log2rma.parquet", names).expression
    return bulk[[line_key(line) for line in LUNG_LINES], genes].X


def auroc(label: Any, score: Any) -> float:
    """Return the AUROC of what has a label."""
    known = ~np.isnan(label)
    return float(roc_auc_score(label[known], score[known]))


if __name__ == "__main__":
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    main(given.data, given.out)
