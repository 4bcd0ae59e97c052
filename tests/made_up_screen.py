"""A made-up screen, whose numbers are known: no cells are read."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bulk2cell.artefacts.folder import save
from bulk2cell.artefacts.manifest import new_manifest
from bulk2cell.artefacts.screen import GENERAL, Screen
from made_up import parameters_of

AUROC = {"strong": 0.8, "fair": 0.72, "weak": 0.66, "do not use": 0.55}
DRUGS = {"Axitinib": "strong", "Bortezomib": "fair", "Cisplatin": "weak", "Dasatinib": "do not use"}
GROUPS = ("tumour", "stroma", "other")
CELLS = 10  # of each group


def make_screen(
    drugs: Mapping[str, str] = DRUGS,
    groups: Sequence[str] = GROUPS,
    by: Sequence[str] = ("cluster",),
    warnings: Sequence[str] = (),
    **columns: Any,
) -> Screen:
    """Make a screen of drugs with these grades; `columns` replace those of the table of drugs.

    The n-th drug finds the n-th group more sensitive than the others, by 1, at FDR 0.01 for even n and 0.2 for odd n. One
    group alone has no contrast. General sensitivity of the n-th group is n / 10.
    """
    random = np.random.default_rng(0)
    names, grades, n = list(drugs), list(drugs.values()), len(groups)
    alone = n == 1
    rows = [
        (
            column,
            group,
            GENERAL,
            CELLS,
            place / 10,
            *[np.nan] * 4,
            np.nan if alone else place / 10,
            np.nan,
            np.nan,
        )
        for column in by
        for place, group in enumerate(groups)
    ]
    for column in by:
        for number, drug in enumerate(names):
            for place, group in enumerate(groups):
                own = place == number % n
                score, fdr = (1.0, (0.01, 0.2)[number % 2]) if own else (-0.25, 0.9)
                contrast = [np.nan] * 3 if alone else [score, fdr / 2, fdr]
                share = 0.9 if own else 0.3
                rows.append(
                    (
                        column,
                        group,
                        drug,
                        CELLS,
                        score,
                        score * 0.9,
                        score * 0.8,
                        share,
                        share - 0.2,
                        share + 0.1,
                        *contrast,
                    )
                )
    auroc = np.array([AUROC.get(grade, 0.5) for grade in grades])
    significant = np.arange(len(names)) % 2 == 0
    usable = np.isin(grades, ["strong", "fair"])
    facts = {
        "drug": names,
        "release": "GDSC2",
        "synonyms": "",
        "target": "KDR",
        "pathway": "RTK signaling",
        "lines": 800,
        "other_release": "",
        "agreement": np.nan,
        "spread": 0.5,
        "expected_auroc": auroc,
        "low": auroc - 0.2,
        "high": auroc + 0.1,
        "grade": grades,
        "selective": significant & usable & (not alone),
        "best_group": "" if alone else [groups[number % n] for number in range(len(names))],
        "best_contrast": np.nan if alone else 1.0,
        "best_fdr": np.nan if alone else np.where(significant, 0.01, 0.2),
        "sensitive_groups": [
            groups[number % n] if found and not alone else "" for number, found in enumerate(significant)
        ],
        "suggested": significant & usable & (not alone),
        **columns,
    }
    content = {
        "cells": {"all": CELLS * n + 3, "kept": CELLS * n},
        "lines": 970,
        "genes": 4000,
        "groups": list(by),
        "scale": "counts",
        "reading": {"matrix": "X", "gene_names": "index", "log_base": None, "total": None},
        "simulated": False,
        "kept": [{"what": "cells with enough genes", "before": CELLS * n + 3, "after": CELLS * n}],
        "warnings": list(warnings),
    }
    parameters = parameters_of("screen", seed=1, exclude_lines=["PLANTEDLINE9"], drugs=[], cell_components=3)
    return Screen(
        manifest=new_manifest("screen", parameters, {"cells": "0" * 64, "bulk": "1" * 64}, content),
        drugs=pd.DataFrame(facts),
        groups=pd.DataFrame(
            rows,
            columns=[
                *(
                    "by",
                    "group",
                    "drug",
                    "cells",
                    "score",
                    "unreduced",
                    "specific",
                    "share_sensitive",
                    "share_low",
                ),
                *("share_high", "contrast", "p", "fdr"),
            ],
        ),
        cell_groups=pd.DataFrame(
            {
                "cell": [f"cell{place}" for place in range(CELLS * n)],
                "group": np.repeat(groups, CELLS),
                "sample": None,
            }
        ),
        codes=random.normal(size=(CELLS * n, 3)).astype(np.float32),
        loadings=random.normal(size=(len(names), 3)),
    )


def write_screen(folder: Path, **facts: Any) -> Path:
    """Write a made-up screen, see `make_screen`."""
    save(make_screen(**facts), folder)
    return folder
