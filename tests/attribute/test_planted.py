from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bulk2cell.artefacts.content import CELLS_FILE
from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.model import read_model
from bulk2cell.artefacts.study import read_cell_labels, read_study, write_study
from bulk2cell.parameters import (
    AttributeParameters,
    CellInput,
    EvaluateParameters,
    PredictParameters,
    StrategyName,
)
from bulk2cell.simulate.synthesise import PLANTED
from bulk2cell.stages import attribute, evaluate, predict

PERMUTATIONS = 10
TOLERANCE = 0.15  # of their mean; one AUROC varies by about 0.1, since the cells come from 8 lines


def _scores(study: Path, model: Path, home: Path) -> "pd.Series[float]":
    predictions = predict(model, study, home / "predictions", CellInput(), PredictParameters())
    parameters = EvaluateParameters(bootstraps=10, cluster_cells=50)
    out = evaluate(study, [predictions], home / "scores", parameters, model)
    assert set(pd.read_parquet(out / "clusters.parquet")["space"]) == {"expression", "shared code"}
    return pd.read_parquet(out / "scores.parquet").set_index(["method", "metric"])["value"]


def _permuted(study: Path, out: Path, seed: int) -> Path:
    source = read_study(study)
    treated = source.bulk.obs["response"].notna().to_numpy()
    order = np.random.default_rng(seed).permutation(np.flatnonzero(treated))
    for column in ("label", "response"):
        values = source.bulk.obs[column].to_numpy(copy=True)
        values[treated] = values[order]
        source.bulk.obs[column] = values
    with new_artefact(out, "study", source.manifest.parameters, {}) as draft:
        source.cells.write_h5ad(draft.folder / CELLS_FILE)
        write_study(draft, source.bulk, source.pathways, source.gene_ids, read_cell_labels(study))
        draft.content |= source.manifest.content
    return out


def test_planted_response_and_pathways_are_found(
    planted_study: Path, planted_model: Path, tmp_path: Path
) -> None:
    scores = _scores(planted_study, planted_model, tmp_path)
    assert scores["bulk2cell", "auroc"] > 0.9
    assert scores["shared code", "silhouette"] > scores["expression", "silhouette"]

    out = attribute(
        planted_model, planted_study, tmp_path / "attributions", AttributeParameters(permutations=200)
    )
    units = pd.read_parquet(out / "pathways.parquet")
    sensitiser, protector = PLANTED
    assert {sensitiser, protector} <= set(units["unit"][:3])
    assert units.set_index("unit").loc[sensitiser, "direction"] > 0.5
    assert units.set_index("unit").loc[protector, "direction"] < -0.5
    genes = pd.read_parquet(out / "genes.parquet")
    planted_genes = {f"GENE{i:04d}" for i in range(40)}
    assert len(planted_genes & set(genes["gene"][:40])) >= 30
    sets = pd.read_parquet(out / "enrichment.parquet").set_index("set")
    assert set(sets.index[:2]) == {sensitiser, protector}
    assert sets.loc[sensitiser, "nes"] > 1.5
    assert sets.loc[protector, "nes"] < -1.5
    assert (sets.loc[list(PLANTED), "fdr"] < 0.01).all()
    warnings = read_manifest(out, "attributions").content["warnings"]
    masked = read_model(planted_model).network.strategy.masked
    assert ["independent evidence" in text for text in warnings] == [True] * masked


@pytest.mark.parametrize("strategy", ["share_ae_pathways", "ridge_pathways"])
def test_with_permuted_source_labels_nothing_is_found(
    planted_study: Path, train: Callable[..., Path], tmp_path: Path, strategy: StrategyName
) -> None:
    aurocs = []
    for seed in range(PERMUTATIONS):
        home = tmp_path / str(seed)
        study = _permuted(planted_study, home / "study", seed)
        aurocs.append(_scores(study, train(study, home, strategy, 5, 20), home)["bulk2cell", "auroc"])
    assert abs(np.mean(aurocs) - 0.5) < TOLERANCE, aurocs
