"""The stages as commands over one small world, each with an older result that it replaces."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bulk2cell.simulate.synthesise import DRUG


@dataclass(frozen=True)
class Stage:
    """One command.

    Attributes
    ----------
    words
        The command without `--out`.
    older
        Options with which it makes something else; None: what it makes is never replaced by something else.
    out
        Name of its output.
    """

    words: tuple[object, ...]
    older: tuple[object, ...] | None
    out: str


TRAINING = (
    *("--pretrain-epochs", 2, "--finetune-epochs", 2, "--batch-size", 64, "--checkpoint-every", 1),
    *("--device", "cpu"),
)
REFERENCE = ("--bulk", "world/bulk.parquet", "--response", "world/response.parquet")
GENE_SETS = ("--gene-sets", "world/gene_sets.gmt")
CELLS = ("--sensitive-cells", 80, "--resistant-cells", 80, "--depth", 4000)

# In their order: each takes what those before it make.
STAGES = {
    "simulate": Stage(("simulate", "--synthetic", *CELLS), None, "world"),
    "preprocess": Stage(
        (
            *("preprocess", *REFERENCE, *GENE_SETS, "--cells", "world/cells.h5ad", "--drug", DRUG),
            *("--label-column", "label", "--sample-column", "cell_line", "--hvg", 100, "--pair", "planted"),
        ),
        ("--tag", "older"),
        "study",
    ),
    "pretrain": Stage(
        ("pretrain", "study", "--strategy", "share_ae_pathways", "--hidden", 16, *TRAINING),
        ("--dense-weight", 0.2),
        "encoder",
    ),
    "shots": Stage(("shots", "study", "--regime", "C", "--shots", 3), ("--seed", 2), "shots"),
    "finetune": Stage(
        ("finetune", "study", "--encoder", "encoder", *TRAINING), ("--difference-weight", 0.2), "model"
    ),
    "controls": Stage(
        ("controls", "study", "--encoder", "encoder", *TRAINING, "--label-permutations", 1),
        ("--threshold", 0.6),
        "controls",
    ),
    "predict": Stage(
        ("predict", "model", "world/cells.h5ad", "--annotated"), ("--threshold", 0.6), "predictions"
    ),
    "predict_study": Stage(("predict", "model", "study"), ("--threshold", 0.6), "study_predictions"),
    "evaluate": Stage(
        ("evaluate", "study", "study_predictions", "--bootstraps", 20, "--cluster-cells", 50),
        ("--calibration-bins", 5),
        "scores",
    ),
    "attribute": Stage(
        ("attribute", "model", "study", "--permutations", 10, "--attributed-cells", 20),
        ("--permutations", 11),
        "attributions",
    ),
    "report": Stage(
        ("report", "study", "encoder", "model", "study_predictions", "scores", "attributions"),
        ("--title", "older"),
        "report",
    ),
    "run": Stage(
        ("run", "world/pairs.csv", *REFERENCE, *GENE_SETS, "--params", "params.yaml"),
        ("--skip-controls",),
        "results",
    ),
    "benchmark": Stage(
        ("benchmark", "world/pairs.csv", *REFERENCE, *GENE_SETS, "--params", "params.yaml", "--jobs", 2),
        None,
        "comparison",
    ),
}
PARAMS = """\
hvg: 100
seeds: 1
label_permutations: 1
bootstraps: 20
cluster_cells: 50
permutations: 10
attributed_cells: 20
device: cpu
pretrain_epochs: 1
finetune_epochs: 1
"""


def start(stage: Stage, home: Path, out: Path, *more: object) -> subprocess.Popen[str]:
    """Start a command in the folder of its inputs, heeding Ctrl-C even if the tests run in the background."""
    words = [sys.executable, "-c", LISTENING, *map(str, (*stage.words, *more)), "--out", str(out)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        words,
        cwd=home,
        env=environment,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


LISTENING = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); sys.argv[0] = 'bulk2cell'; "
    "from bulk2cell.__main__ import main; main()"
)


def finish(stage: Stage, home: Path, out: Path, *more: object) -> None:
    """Run a command to its good end."""
    command = start(stage, home, out, *more)
    _, said = command.communicate()
    assert command.returncode == 0, said
