"""Score predictions against the cells' labels, with baselines, intervals, clustering and warnings."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.folder import Manifest, new_artefact, refuse_to_replace
from bulk2cell.artefacts.model import TrainedModel, read_model
from bulk2cell.artefacts.study import read_study
from bulk2cell.evaluate.baselines import constant_scores, depth_scores, logistic_regression
from bulk2cell.evaluate.caveats import depth_caveats, model_caveats, sample_caveats, samples_per_class
from bulk2cell.evaluate.clustering import clusters
from bulk2cell.evaluate.join import labelled_cells, read_calls, thresholds
from bulk2cell.evaluate.leave_one_out import leave_one_sample_out
from bulk2cell.evaluate.scores import (
    MODEL,
    answer_of,
    answers_by_seed,
    answers_over_seeds,
    interval_rows,
    score_rows,
)
from bulk2cell.parameters import EvaluateParameters
from bulk2cell.progress import say

REGIME = "B"
SCORES = ["pair", "strategy", "gene_sets", "seed", "regime", "method", "metric", "value"]
INTERVALS = [
    "pair",
    "strategy",
    "gene_sets",
    "regime",
    "method",
    "metric",
    "over",
    "mean",
    "low",
    "high",
    "n",
]


def evaluate(
    study: Path,
    predictions: Sequence[Path],
    out: Path,
    parameters: EvaluateParameters,
    model: Path | None = None,
) -> Path:
    """Write scores of predictions on a study's own cells; here the cells' labels are read for the first time.

    Parameters
    ----------
    study
        Folder of the study.
    predictions
        Folders of predictions on its cells, of any strategies and seeds.
    out
        Folder of the scores.
    parameters
        Bootstraps, calibration bins and cells to cluster.
    model
        Folder of a model whose code is clustered beside the expression.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    InputError
        If the labelled cells are not of both classes.
    ArtefactError
        If a folder is damaged, or predictions or model do not belong to the study.
    """
    refuse_to_replace(out, "scores")
    source = read_study(study)
    calls, manifests = read_calls(source, predictions)
    cells = labelled_cells(source)
    trained = read_model(model) if model else None
    tested = cells[cells["label"].notna()].reset_index(drop=True)
    say(f"evaluate: {len(tested)} labelled cells, {len(manifests)} predictions")

    layout, widths = clusters(source, trained, cells, parameters.cluster_cells)
    label, bins = tested["label"].to_numpy(), parameters.calibration_bins
    answers = answers_by_seed(tested, calls)
    probability = logistic_regression(source)[tested["cell"]].to_numpy()
    regression = answer_of(probability, 0.5, 0.0, method="logistic regression")
    constants = {**constant_scores(label), **depth_scores(label, tested)}
    tables = [
        *(score_rows(one.metrics(label, bins), one.method, one.strategy, one.seed) for one in answers),
        *(score_rows(metrics, method) for method, metrics in constants.items()),
        score_rows(regression.metrics(label, bins), regression.method),
        widths,
    ]
    scores = pd.concat(tables, ignore_index=True)
    means = answers_over_seeds(answers, *thresholds(manifests[0]))
    sample = tested["sample"].fillna(tested["cell"]).to_numpy()
    intervals = interval_rows(scores, [*means, regression], label, sample, bins, parameters.bootstraps)
    scores = pd.concat([scores, *leave_one_sample_out(means, label, tested["sample"])], ignore_index=True)

    facts = source.manifest.content
    common = {"pair": facts["pair"], "gene_sets": facts["gene_sets"], "regime": REGIME}
    aurocs = scores.loc[(scores["method"] == MODEL) & (scores["metric"] == "auroc"), "value"]
    with new_artefact(
        out, "scores", asdict(parameters), inputs(source.manifest, manifests, trained)
    ) as draft:
        scores.assign(**common)[SCORES].to_parquet(draft.folder / "scores.parquet", index=False)
        intervals.assign(**common)[INTERVALS].to_parquet(draft.folder / "intervals.parquet", index=False)
        cells.merge(calls, on="cell").to_parquet(draft.folder / "cells.parquet", index=False)
        layout.to_parquet(draft.folder / "clusters.parquet", index=False)
        draft.content |= common | {
            "drug": facts["drug"],
            "n_cells": {
                "sensitive": int((cells["label"] == 1).sum()),
                "resistant": int((cells["label"] == 0).sum()),
                "unlabelled": int(cells["label"].isna().sum()),
            },
            "samples": samples_per_class(tested),
            "simulated": facts["simulated"],
            "flips": int((aurocs < 0.5).sum()),
            "warnings": [*sample_caveats(tested), *depth_caveats(scores), *model_caveats(scores, calls)],
        }
    return out


def inputs(
    study: Manifest, predictions: Sequence[Manifest], model: TrainedModel | None = None
) -> Mapping[str, str]:
    """Return the sha256 of what scores are made from: the study's files, the predictions, the weights."""
    used = {f"study/{name}": digest for name, digest in study.files.items()}
    for manifest in predictions:
        name = f"predictions/{manifest.content['strategy']}/{manifest.content['seed']}"
        used[name] = manifest.files["predictions.parquet"]
    if model:
        used["model/weights.safetensors"] = model.manifest.files["weights.safetensors"]
    return used
