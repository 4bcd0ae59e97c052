"""What each piece of the default adds on the real tasks: ridge with one piece taken away.

Usage: python benchmarks/real/ablation.py OUT [--every 5] [--seeds 5]

OUT is the folder that transfer.py has filled. Writes OUT/ablation.parquet; transfer_tables.py prints it.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from transfer import OURS, Target, line_labels, new_network, probabilities, row, tasks

from bulk2cell.parameters import LossParameters
from bulk2cell.ridge.fit import fit_ridge
from bulk2cell.train.data import training_data
from bulk2cell.train.shots import no_shots

DEFAULT = LossParameters()
VARIANTS = {
    "default": (DEFAULT, 20),
    "labels instead of ranks": (replace(DEFAULT, ridge_target="label"), 20),
    "cells not reduced": (DEFAULT, 0),
    "penalty 10 instead of 5": (replace(DEFAULT, ridge_penalty=10.0), 20),
    "penalty 1 instead of 5": (replace(DEFAULT, ridge_penalty=1.0), 20),
    "penalty 0.1, cells not reduced, labels": (
        replace(DEFAULT, ridge_penalty=0.1, ridge_target="label"),
        0,
    ),
}


def main(out: Path, every: int, seeds: int) -> None:
    """Score every variant and write the table."""
    rows = [found for target in targets(out, every) for found in score(target, seeds)]
    pd.DataFrame(rows).to_parquet(out / "ablation.parquet", index=False)


def targets(out: Path, every: int) -> list[Target]:
    """Find the studies again, with every n-th drug of the lung set."""
    parts = {}
    for path in sorted((out / "responses").glob("*.parquet"), key=lambda path: int(path.stem)):
        parts[str(pd.read_parquet(path, columns=["DRUG_NAME"])["DRUG_NAME"].iloc[0])] = path
    lung = [drug for drug, part in parts.items() if {0.0, 1.0} <= set(line_labels(part, drug).dropna())]
    found = []
    for study in sorted((out / "studies").iterdir()):
        drug = json.loads((study / "study.json").read_text())["content"]["drug"]
        drugs = lung[::every] if study.name == "lung" else [drug]
        found.append(Target(study.name, study, {name: parts[name] for name in drugs}))
    return found


def score(target: Target, seeds: int) -> list[dict[str, Any]]:
    """Score every variant on every drug of one set of cells."""
    rows = []
    for drug, study, label in tasks(target, target.responses):
        known = {number: training_data(study, "cpu", "B", number) for number in (0, 20)}
        for name, (losses, components) in VARIANTS.items():
            data = known[components]
            for seed in range(1, seeds + 1):
                model = new_network(study, OURS, seed)
                fit_ridge(model, data, no_shots("cpu"), losses, seed)
                rows.append(row(target, drug, name, seed, label, probabilities(model, data)))
        print(target.name, drug, flush=True)
    return rows


if __name__ == "__main__":
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--every", type=int, default=5, help="take every n-th drug of the lung set")
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    main(given.out, given.every, given.seeds)
