"""Where the tools run the stages: a folder for what passes between them, and a process left as it was."""

import os
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bulk2cell.parameters import CellInput, CellLabels, StudyParameters

if TYPE_CHECKING:
    import anndata as ad

    from bulk2cell.preprocess.reference import Reference
    from bulk2cell.tl.model import Model

STATED = ("release", "measure", "target_sum")  # what a model says of how its study was made


def stated_by(model: "Model") -> dict[str, Any]:
    """Return the parameters of preprocessing that a model states."""
    return {name: model.scorer.manifest.content["study"][name] for name in STATED}


@contextmanager
def workroom() -> Iterator[Path]:
    """Yield a temporary folder, and leave the random numbers of the process and torch's settings as they were."""
    import torch

    of_python, of_numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    environment = dict(os.environ)
    threads, mode = torch.get_num_threads(), torch.get_deterministic_debug_mode()
    with (
        tempfile.TemporaryDirectory(prefix="bulk2cell-") as folder,
        torch.random.fork_rng(range(torch.cuda.device_count())),
    ):
        try:
            yield Path(folder)
        finally:
            random.setstate(of_python)
            np.random.set_state(of_numpy)  # noqa: NPY002
            torch.set_num_threads(threads)
            torch.set_deterministic_debug_mode(mode)
            for name in os.environ.keys() - environment.keys():
                del os.environ[name]


def write_study_of(
    adata: "ad.AnnData",
    reference: "Reference",
    out: Path,
    pair: str,
    drug: str,
    exclude_lines: Sequence[str],
    cell_input: CellInput,
    gene_symbols: str,
    cell_labels: CellLabels,
    parameters: StudyParameters,
) -> Path:
    """Write the study that `preprocess` makes of the h5ad of these cells."""
    from bulk2cell.cells.open_anndata import open_anndata, sha256_of_blocks
    from bulk2cell.preprocess.study import make_study

    file = open_anndata(adata, cell_input, reference.gene_names(), gene_symbols)
    inputs = {**reference.digests, "cells": sha256_of_blocks(file)}
    target = list(exclude_lines), "", cell_input, cell_labels, parameters
    make_study(reference, file, None, inputs, out, pair, drug, *target)
    return out


def write_study_for(
    model: "Model",
    adata: "ad.AnnData",
    reference: "Reference",
    out: Path,
    cell_input: CellInput,
    gene_symbols: str,
    cell_labels: CellLabels,
    parameters: StudyParameters,
) -> Path:
    """Write the study of these cells and of the drug and lines that a model says it has learnt from."""
    facts = model.scorer.manifest.content
    lines = facts["study"]["excluded_lines"]["removed"]
    of_cells = cell_input, gene_symbols, cell_labels, parameters
    return write_study_of(adata, reference, out, facts["pair"], facts["drug"], lines, *of_cells)
