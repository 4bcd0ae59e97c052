from collections.abc import Callable
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd

from bulk2cell.artefacts.manifest import sha256
from bulk2cell.parameters import CellInput, PredictParameters
from bulk2cell.stages import predict


def test_labels_of_the_target_replaced_by_noise_change_nothing_before_evaluation(
    world: Path,
    tmp_path: Path,
    study_of: Callable[..., Path],
    tiny_study: Path,
    tiny_model: Path,
    train_tiny: Callable[..., Path],
) -> None:
    cells = ad.read_h5ad(world / "cells.h5ad")
    cells.obs["label"] = np.random.default_rng(5).permutation(cells.obs["label"].astype(str).to_numpy())
    cells.write_h5ad(tmp_path / "noise.h5ad")
    study = study_of(tmp_path / "study", cells=tmp_path / "noise.h5ad")

    true, noise = (pd.read_parquet(path / "cell_labels.parquet") for path in (tiny_study, study))
    assert (true["label"] != noise["label"]).mean() > 0.3
    for name in ("bulk.h5ad", "cells.h5ad", "pathways.parquet", "gene_ids.parquet"):
        assert sha256(study / name) == sha256(tiny_study / name), name

    model = train_tiny(study, tmp_path)
    assert sha256(model.with_name("encoder")) == sha256(tiny_model.with_name("encoder"))
    assert sha256(model) == sha256(tiny_model)

    made = [
        predict(with_model, of, tmp_path / name, CellInput(), PredictParameters())
        for with_model, of, name in ((tiny_model, tiny_study, "a"), (model, study, "b"))
    ]
    assert sha256(made[0]) == sha256(made[1])
