"""Training end to end on PC9, with Reactome and with GO: processor time of both stages, and the scores.

Usage: OMP_NUM_THREADS=1 python benchmarks/training.py DATA PC9.h5ad OUT

DATA holds gdsc/ and genesets/; PC9.h5ad is written by benchmarks/real/prepare.py. To compare two versions of the program,
run this once with each on the PYTHONPATH, and give both the same OUT, so that both take the same studies (`OUT/studies`);
VERSION names the folder of what a version makes (default: `here`). Stages are processes of their own, start-up included.
Losses are those of the epochs that were kept; AUROC is of the study's cells.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pandas as pd
from measure import print_table
from sklearn.metrics import roc_auc_score

GENE_SETS = {"Reactome": "c2.cp.reactome.v2023.1.Hs", "GO": "go_bp.orgHsegdb_3.16"}
EPOCHS = {"Reactome": 20, "GO": 3}
SEED = 1


def bulk2cell(*words: object) -> float:
    """Run a command and return its seconds of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "bulk2cell", *map(str, words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def study(name: str, data: Path, cells: Path, out: Path) -> Path:
    """Return the study of PC9 and a collection of gene sets; made if it is not there."""
    folder = out / "studies" / name
    if not folder.is_dir():
        words = ["--bulk", data / "gdsc" / "expression_log2rma.parquet", "--cells", cells, "--out", folder]
        words += ["--response", data / "gdsc" / "response.parquet", "--drug", "Erlotinib"]
        words += ["--gene-sets", data / "genesets" / f"{GENE_SETS[name]}.symbols.gmt"]
        words += ["--label-column", "response", "--sample-column", "library", "--exclude-lines", "PC-9"]
        bulk2cell("preprocess", *words)
    return folder


def train(name: str, source: Path, home: Path) -> dict[str, object]:
    """Return one row of the table."""
    common = ["--seed", SEED, "--device", "cpu"]
    epochs = EPOCHS[name]
    strategy = ["--strategy", "share_ae_pathways", "--pretrain-epochs", epochs]
    pretraining = bulk2cell("pretrain", source, "--out", home / "encoder", *strategy, *common)
    length = ["--pretrain-epochs", epochs, "--finetune-epochs", epochs]
    words = ["--encoder", home / "encoder", "--out", home / "model", *length, *common]
    finetuning = bulk2cell("finetune", source, *words)
    bulk2cell("predict", home / "model", source, "--out", home / "predictions")
    predictions = pd.read_parquet(home / "predictions" / "predictions.parquet").set_index("cell")
    labels = pd.read_parquet(source / "cell_labels.parquet").set_index("cell")["label"].dropna()
    history = pd.read_parquet(home / "model" / "history.parquet")
    kept = history[history["kept"]].set_index("stage")["validation_total"]
    return {
        "gene sets": name,
        "epochs": f"{epochs} + {epochs}",
        "pretrain, s": f"{pretraining:.0f}",
        "finetune, s": f"{finetuning:.0f}",
        "held-out loss of pretraining": f"{kept['pretrain']:.5f}",
        "of fine-tuning": f"{kept['finetune']:.5f}",
        "AUROC of the cells": f"{roc_auc_score(labels, predictions.loc[labels.index, 'probability']):.4f}",
    }


def main(data: Path, cells: Path, out: Path) -> None:
    """Train with both collections and print a table."""
    home = out / os.environ.get("VERSION", "here")
    print_table(train(name, study(name, data, cells, out), home / name) for name in GENE_SETS)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
