"""The tables behind a setting, read from its artefacts and joined over seeds."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from bulk2cell.artefacts.attributions import AttributionTable, read_attributions
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.predictions import PREDICTIONS_FILE
from bulk2cell.artefacts.scores import ScoreTable, read_scores
from bulk2cell.artefacts.tables import read_table
from bulk2cell.methods import NO_STRATEGY, control_of, methods_of_kind
from bulk2cell.metrics import EITHER_WAY, SILHOUETTE
from bulk2cell.report.records import SettingResults


def history(setting: SettingResults) -> pd.DataFrame:
    """Return the losses of both stages: seed, stage, epoch, then one column per loss."""
    tables = [
        read_table(manifest, "history.parquet").assign(seed=seed)
        for seeds in (setting.encoders, setting.models)
        for seed, manifest in seeds.items()
    ]
    if not tables:
        return pd.DataFrame(columns=["seed", "stage", "epoch"])
    return pd.concat(tables, ignore_index=True).drop_duplicates(["seed", "stage", "epoch"])


def scores(setting: SettingResults) -> pd.DataFrame:
    """Return the rows of scores.parquet that belong to this strategy or to none."""
    return _of_strategy(setting, _read(setting, "scores"))


def intervals(setting: SettingResults) -> pd.DataFrame:
    """Return the rows of intervals.parquet that belong to this strategy or to none."""
    return _of_strategy(setting, _read(setting, "intervals"))


def cells(setting: SettingResults) -> pd.DataFrame:
    """Return the scored cells of this strategy, one row per cell and seed."""
    table = _read(setting, "cells")
    return table[table["strategy"] == setting.strategy].reset_index(drop=True)


def clusters(setting: SettingResults) -> pd.DataFrame:
    """Return the UMAP coordinates with each cell's label, sample and mean probability over seeds.

    The code of another strategy than the setting's is left out.

    Returns
    -------
    pd.DataFrame
        cell, space, umap1, umap2, label, sample, probability.
    """
    per_cell = cells(setting).groupby("cell", sort=False, observed=True)
    facts = per_cell[["label", "sample"]].first().assign(probability=per_cell["probability"].mean())
    points = _read(setting, "clusters")
    return points[points["space"].isin(silhouettes(setting))].join(facts, on="cell")


def silhouettes(setting: SettingResults) -> dict[str, float]:
    """Return the average silhouette width of the labels by space."""
    table = scores(setting)
    rows = table[table["metric"] == SILHOUETTE]
    return dict(zip(rows["method"].astype(str), rows["value"].to_numpy(dtype=float).tolist(), strict=True))


def calls(seeds: Mapping[int, Manifest]) -> pd.DataFrame:
    """Return the predictions of every seed: cell, probability, call, seed."""
    return pd.concat(
        [read_table(manifest, PREDICTIONS_FILE).assign(seed=seed) for seed, manifest in seeds.items()],
        ignore_index=True,
    )


def value(table: pd.DataFrame, method: str, metric: str) -> float:
    """Return the mean over seeds of one method's metric, NaN where there is none."""
    rows = table[(table["method"] == method) & (table["metric"] == metric)]
    return float(np.mean(rows["value"].to_numpy(dtype=float))) if len(rows) else float("nan")


def depth_auroc(table: pd.DataFrame) -> float:
    """Return the best AUROC that sequencing depth alone reaches in either direction, NaN where there is none."""
    depth = table["method"].isin(methods_of_kind("depth"))
    rows = table[depth & table["metric"].isin(["auroc", EITHER_WAY])]
    aurocs = rows["value"].to_numpy(dtype=float)
    return float(np.maximum(aurocs, 1 - aurocs).max()) if len(aurocs) else float("nan")


def controls(table: pd.DataFrame) -> dict[str, int]:
    """Return the controls of the model, each with the number of its repeats."""
    rows = table[table["method"].isin(methods_of_kind("control")) & (table["metric"] == "auroc")]
    repeats = rows.groupby("method", sort=False).size()
    return {control_of(str(method)): int(number) for method, number in repeats.items()}


def attributions(seeds: Mapping[int, Manifest], table: AttributionTable) -> pd.DataFrame:
    """Return genes, pathways or enrichment of every seed, with a column seed."""
    return pd.concat(
        [read_attributions(manifest, table).assign(seed=seed) for seed, manifest in seeds.items()],
        ignore_index=True,
    )


def _read(setting: SettingResults, table: ScoreTable) -> pd.DataFrame:
    """Return a table of the scores, which the setting has."""
    assert setting.scores is not None
    return read_scores(setting.scores, table)


def _of_strategy(setting: SettingResults, table: pd.DataFrame) -> pd.DataFrame:
    return table[table["strategy"].isin([setting.strategy, NO_STRATEGY])].reset_index(drop=True)
