"""Made-up artefacts: what reading asks of a kind beyond what a test is about."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bulk2cell.artefacts.content import FILES, PARAMETERS
from bulk2cell.artefacts.manifest import Kind, sha256, sign

STUDY = {
    "pair": "toy",
    "drug": "Toymab",
    "release": "GDSC2",
    "measure": "AUC",
    "simulated": True,
    "scale": {"bulk": "log2, times ln 2", "cells": "counts"},
    "scale_declared": False,
    "reading": {"matrix": "X", "gene_names": "index", "log_base": None, "total": None},
    "identifiers": {"bulk": "symbol", "cells": "symbol"},
    "gene_sets": "toy_sets",
    "target_sum": 1e4,
    "lines": {
        "expression": 60,
        "response": 60,
        "labelled": {"sensitive": 30, "resistant": 30},
        "train": 50,
        "validation": 10,
    },
    "label_cuts": {"sensitive_at_most": 0.3, "resistant_at_least": None},
    "excluded_lines": {"removed": [], "not_in_source": []},
    "kept": [],
    "warnings": [],
}
SETTING = {"pair": "toy", "gene_sets": "toy_sets", "regime": "B"}
MODEL = {**SETTING, "drug": "Toymab", "strategy": "base_ae", "seed": 1}
ENCODER = {
    **MODEL,
    "device": "cpu",
    "epochs": {"run": 1, "best": 1},
    "lines": 60,
    "cells": 120,
    "genes": ["A", "B"],
    "units": ["FIRST"],
    "study": STUDY,
}
ERRORS = dict.fromkeys(("mean_relative", "max_relative", "mean_absolute", "max_absolute"), 1e-6)
CONTENT: dict[Kind, dict[str, Any]] = {
    "study": {**STUDY, "tag": ""},
    "encoder": ENCODER,
    "model": {
        **ENCODER,
        "shots": [],
        "temperature": 1.0,
        "trust": {"expected_auroc": 0.7, "low": 0.4, "high": 0.9, "grade": "fair"},
        "left_out_lines": {"log_odds": [1.0, -1.0] * 5, "sensitive": [True, False] * 5},
        "validation": {"lines": 10, "cross_entropy": 0.5, "auroc": 0.7},
    },
    "shots": {**SETTING, "regime": "C", "k": 1, "seed": 1},
    "predictions": {
        **MODEL,
        "shots": [],
        "on_study": True,
        "scale": "counts",
        "reading": {"matrix": "X", "gene_names": "index", "log_base": None, "total": None},
        "genes": {"model": 2, "found": 2, "missing": []},
        "width": 0.4,
        "trust": None,
        "warnings": [],
    },
    "controls": {**SETTING, "strategy": "base_ae"},
    "scores": {
        **SETTING,
        "drug": "Toymab",
        "n_cells": {"sensitive": 60, "resistant": 60, "unlabelled": 0, "shots": 0},
        "samples": {"sensitive": 4, "resistant": 4},
        "simulated": True,
        "flips": 0,
        "warnings": [],
    },
    "attributions": {
        **MODEL,
        "domain": "cells",
        "baseline": "the mean expression of the study's cells",
        "cells": {"sensitive": 60, "resistant": 60},
        "completeness": {"genes": ERRORS, "pathways": ERRORS},
        "ranking": "signed",
        "warnings": [],
    },
    "screen": {
        "cells": {"all": 120, "kept": 118},
        "lines": 60,
        "genes": 200,
        "groups": ["leiden"],
        "scale": "counts",
        "reading": {"matrix": "X", "gene_names": "index", "log_base": None, "total": None},
        "simulated": True,
        "kept": [],
        "warnings": [],
    },
    "report": {"pairs": ["toy"], "failed": []},
    "benchmark": {"settings": ["default"], "pairs": ["toy"], "simulated": ["toy"]},
}


def content_of(kind: Kind, **changes: Any) -> dict[str, Any]:
    """Return the content of a manifest that can be read, with some facts of one's own."""
    return deepcopy(CONTENT[kind]) | changes


def parameters_of(kind: Kind, **changes: Any) -> dict[str, Any]:
    """Return the default parameters of a manifest that can be read, with some of one's own."""
    values = {name: value for group in PARAMETERS.get(kind, ()) for name, value in asdict(group()).items()}
    return values | changes


def forge(folder: Path, kind: Kind, change: Callable[[dict[str, Any]], object] = lambda facts: None) -> None:
    """Change a manifest as someone would who computes all checksums anew."""
    file = folder / f"{kind}.json"
    facts = json.loads(file.read_text())
    del facts["sha256"]
    facts["files"] = {name: sha256(folder / name) for name in facts["files"]}
    change(facts)
    file.write_bytes(sign(facts))


def add_missing_files(folder: Path, kind: Kind) -> None:
    """Put empty files in the place of those that the kind has and the folder has not."""
    for name in FILES[kind]:
        (folder / name).touch()
