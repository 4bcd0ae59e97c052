"""Training end to end on studies: processor time of both stages, and the scores.

Usage: OMP_NUM_THREADS=1 python benchmarks/speed/training.py OUT EPOCHS PRECISION STUDY...

To compare two versions of the program, run this once with each on the PYTHONPATH, on the same studies. Each stage is a
process of its own, start-up included, and trains for EPOCHS. Losses are those of the epochs that were kept; AUROC is of the
study's cells.
"""

import resource
import subprocess
import sys
from pathlib import Path

import pandas as pd
from measure import print_table
from sklearn.metrics import roc_auc_score

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.study import read_cell_labels

SEED = 1


def bulk2cell(*words: object) -> float:
    """Run a command and return its seconds of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "bulk2cell", *map(str, words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def train(study: Path, home: Path, epochs: str, precision: str) -> dict[str, object]:
    """Return one row of the table."""
    common = ["--seed", SEED, "--device", "cpu", "--pretrain-epochs", epochs]
    if precision != "float32":
        common += ["--precision", precision]
    strategy = ["--strategy", "share_ae_pathways"]
    pretraining = bulk2cell("pretrain", study, "--out", home / "encoder", *strategy, *common)
    words = ["--encoder", home / "encoder", "--out", home / "model", "--finetune-epochs", epochs, *common]
    finetuning = bulk2cell("finetune", study, *words)
    bulk2cell("predict", home / "model", study, "--out", home / "predictions")
    predictions = pd.read_parquet(home / "predictions" / "predictions.parquet").set_index("cell")
    labels = read_cell_labels(study).set_index("cell")["label"].dropna()
    history = pd.read_parquet(home / "model" / "history.parquet")
    kept = history[history["kept"]].set_index("stage")["validation_total"]
    facts = read_manifest(study, "study").content
    return {
        "pair": facts["pair"],
        "gene sets": facts["gene_sets"],
        "epochs": f"{epochs} + {epochs}",
        "precision": precision,
        "pretrain, s": f"{pretraining:.0f}",
        "finetune, s": f"{finetuning:.0f}",
        "held-out loss of pretraining": f"{kept['pretrain']:.5f}",
        "of fine-tuning": f"{kept['finetune']:.5f}",
        "AUROC of the cells": f"{roc_auc_score(labels, predictions.loc[labels.index, 'probability']):.4f}",
    }


def main(out: Path, epochs: str, precision: str, studies: list[Path]) -> None:
    """Train on each study and print a table."""
    homes = {out / precision / str(number): study for number, study in enumerate(studies, 1)}
    print_table(train(study, home, epochs, precision) for home, study in homes.items())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:4], list(map(Path, sys.argv[4:])))
