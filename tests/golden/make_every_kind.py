"""Make artefacts of every kind from a small simulated world, by commands alone, in the current folder.

Usage: python tests/golden/make_every_kind.py

Nothing of the package is imported, so that other versions of it can be compared by PYTHONPATH. All commands run in this one
process: most of the time goes into imports and into what numba compiles.
"""

import os
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # the bits of a trained model depend on the number of threads
os.environ.setdefault("NUMBA_CACHE_DIR", "/tmp/bulk2cell-numba")
os.environ["MPLBACKEND"] = "agg"

NETWORK = {"hidden": 16}
TRAINING = {"pretrain_epochs": 2, "finetune_epochs": 2, "device": "cpu"}
CONTROLS = {"label_permutations": 2}
EVALUATION = {"bootstraps": 50}
ATTRIBUTION = {"permutations": 50, "attributed_cells": 40}
PARAMETERS = {"hvg": 80, **NETWORK, **TRAINING, **CONTROLS, **EVALUATION, **ATTRIBUTION}

REFERENCE = (
    "--bulk",
    "world/bulk.parquet",
    "--response",
    "world/response.parquet",
    "--gene-sets",
    "world/gene_sets.gmt",
)
STUDY = "results/planted/gene_sets/study"
BESIDE_THE_RUN = (
    ("A", "ridge_pathways"),
    ("A", "share_ae_pathways"),
    ("A", "base_ae"),
    ("B", "adv_ae"),
    ("B", "base_share_ae"),
    ("B", "adv_share_ae"),
    ("C", "ridge_pathways"),
    ("C", "share_ae_pathways"),
    ("D", "ridge_pathways"),
)


def bulk2cell(*words: object) -> None:
    """Run the program in this process."""
    sys.argv = ["bulk2cell", *map(str, words)]
    try:
        runpy.run_module("bulk2cell", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code:
            sys.exit(f"bulk2cell {' '.join(map(str, words))}: exit code {ended.code}")


def options(parameters: Mapping[str, object]) -> list[str]:
    """Return parameters as words of a command line."""
    return [
        word for name, value in parameters.items() for word in (f"--{name.replace('_', '-')}", str(value))
    ]


def make_world() -> None:
    """Simulate lines, response, gene sets and cells, and write the parameters of a run."""
    bulk2cell(
        "simulate", "--synthetic", "--out", "world", *options({"sensitive_cells": 60, "resistant_cells": 60})
    )
    Path("params.yaml").write_text("".join(f"{name}: {value}\n" for name, value in PARAMETERS.items()))
    Path("grid.yaml").write_text("cell_components: [5]\n")


def run_sheet() -> None:
    """Take the sample sheet through all stages, with two strategies and two seeds."""
    strategies = "ridge_pathways,share_ae_pathways"
    words = ("--params", "params.yaml", "--seeds", 2, "--strategies", strategies, "--out", "results")
    bulk2cell("run", "world/pairs.csv", *REFERENCE, *words)


def train(regime: str, strategy: str) -> None:
    """Train one model by the stages' own commands, with shots in regimes C and D."""
    home, training = f"{regime}/{strategy}", {**TRAINING, "regime": regime}
    shots = []
    if regime in ("C", "D"):
        number = {"shots": 5} if regime == "C" else {}
        training |= number
        bulk2cell("shots", STUDY, *options({"regime": regime, **number}), "--out", f"{home}/shots")
        shots = ["--shots-from", f"{home}/shots"]
    network = options({"strategy": strategy, **NETWORK})
    bulk2cell("pretrain", STUDY, *network, *options(training), "--out", f"{home}/encoder")
    encoder = ["--encoder", f"{home}/encoder"]
    bulk2cell("finetune", STUDY, *encoder, *shots, *options(training), "--out", f"{home}/model")


def use_models() -> None:
    """Predict, evaluate, attribute and report what the run has not."""
    unseen = "A/ridge_pathways"
    predictions = [f"C/{strategy}/predictions" for strategy in ("ridge_pathways", "share_ae_pathways")]
    for out in predictions:
        bulk2cell("predict", Path(out).with_name("model"), STUDY, "--out", out)
    bulk2cell(
        *("predict", f"{unseen}/model", "world/cells.h5ad", "--annotated", "--out", f"{unseen}/predictions")
    )
    bulk2cell("evaluate", STUDY, *predictions, *options(EVALUATION), "--out", "C/scores")
    lines = ("--domain", "bulk", *options(ATTRIBUTION))
    bulk2cell("attribute", "A/base_ae/model", STUDY, *lines, "--out", "A/base_ae/attributions")
    bulk2cell("report", STUDY, "C/scores", f"{unseen}/predictions", "--out", "report")


def compare_settings() -> None:
    """Run the benchmark with the default and one other setting."""
    words = (
        "--params",
        "params.yaml",
        "--grid",
        "grid.yaml",
        "--seeds",
        1,
        "--jobs",
        1,
        "--out",
        "benchmark",
    )
    bulk2cell("benchmark", "world/pairs.csv", *REFERENCE, *words)


if __name__ == "__main__":
    make_world()
    run_sheet()
    for chosen in BESIDE_THE_RUN:
        train(*chosen)
    use_models()
    compare_settings()
