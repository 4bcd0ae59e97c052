from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from bulk2cell.artefacts.content import CELLS_FILE
from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.study import write_study
from bulk2cell.calls import make_calls
from bulk2cell.parameters import PredictParameters
from made_up import content_of, parameters_of

GENES = 30
CELLS = 120


@pytest.fixture
def make_study(tmp_path: Path) -> Callable[..., Path]:
    """Write a study whose first gene follows the label in lines and cells; 4 samples per class of 15 cells."""

    def make(name: str = "study", shuffle: int | None = None, **changes: Any) -> Path:
        rng = np.random.default_rng(0)
        line_label = np.arange(60) % 2.0
        bulk_x = rng.normal(size=(60, GENES))
        bulk_x[:, 0] += 4 * line_label
        label = np.repeat([1.0, 0.0], CELLS // 2)
        cell_x = rng.normal(size=(CELLS, GENES)) + 5
        cell_x[:, 0] += 4 * label
        names = pd.Index([f"cell{i:03d}" for i in range(CELLS)])
        genes = pd.DataFrame(index=[f"G{i}" for i in range(GENES)])
        obs = pd.DataFrame({"n_counts": rng.permutation(CELLS) + 100.0, "n_genes": 20.0}, index=names)
        labels = pd.DataFrame(
            {"cell": names, "label": label, "sample": [f"s{i // 15}" for i in range(CELLS)]}
        ).assign(**changes)
        order = np.arange(CELLS) if shuffle is None else np.random.default_rng(shuffle).permutation(CELLS)
        lines = pd.DataFrame(
            {"response": 1 - line_label, "label": line_label, "split": "train"},
            index=[f"L{i}" for i in range(60)],
        )
        with new_artefact(tmp_path / name, "study", parameters_of("study"), {}) as draft:
            cells = ad.AnnData(cell_x[order].astype(np.float32), obs=obs.iloc[order], var=genes)
            cells.write_h5ad(draft.folder / CELLS_FILE)
            write_study(
                draft,
                ad.AnnData(bulk_x.astype(np.float32), obs=lines, var=genes),
                pd.DataFrame({"gene": ["G0", "G1"], "set": "FIRST"}),
                pd.DataFrame({"identifier": genes.index, "symbol": genes.index}),
                labels.iloc[order],
            )
            draft.content |= content_of("study")
        return tmp_path / name

    return make


@pytest.fixture
def make_predictions(tmp_path: Path) -> Callable[..., Path]:
    """Write predictions with the given probabilities of the toy study's cells."""

    def make(probability: Any, seed: int = 1, strategy: str = "base_ae", **facts: Any) -> Path:
        values = np.broadcast_to(np.asarray(probability, dtype=float), CELLS)
        path = tmp_path / f"predictions_{strategy}_{seed}"
        parameters = PredictParameters()
        with new_artefact(path, "predictions", asdict(parameters), {}) as draft:
            pd.DataFrame(
                {
                    "cell": [f"cell{i:03d}" for i in range(CELLS)],
                    "probability": values,
                    "call": make_calls(values, 0.4, parameters.threshold),
                }
            ).to_parquet(draft.folder / "predictions.parquet", index=False)
            draft.content |= content_of("predictions", strategy=strategy, seed=seed, **facts)
        return path

    return make
