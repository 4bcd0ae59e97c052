"""What an encoder or a model says about its training."""

from typing import Any

from bulk2cell.artefacts.study import Study
from bulk2cell.model.mask import unit_names
from bulk2cell.parameters import NetworkParameters
from bulk2cell.train.checkpoint import Progress


def training_content(
    study: Study, network: NetworkParameters, seed: int, device: str, progress: Progress
) -> dict[str, Any]:
    """Return the content of `encoder.json` or `model.json`; no fact in it depends on a cell's label."""
    facts = study.manifest.content
    return {
        "pair": facts["pair"],
        "drug": facts["drug"],
        "gene_sets": facts["gene_sets"],
        "strategy": network.strategy,
        "seed": seed,
        "device": device,
        "epochs": {"run": progress.epoch, "best": progress.best_epoch},
        "lines": study.bulk.n_obs,
        "cells": study.cells.n_obs,
        "genes": list(study.bulk.var_names),
        "units": unit_names(study.pathways, network.free_units),
        "study": dict(facts),
    }
