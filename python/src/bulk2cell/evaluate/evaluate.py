"""Score predictions against the cells' labels, with baselines, intervals, clustering and warnings."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import pandas as pd

from bulk2cell.artefacts.controls import CONTROLS_FILE, Controls
from bulk2cell.artefacts.manifest import Manifest, new_manifest
from bulk2cell.artefacts.model import TrainedModel
from bulk2cell.artefacts.predictions import PREDICTIONS_FILE, Predictions
from bulk2cell.artefacts.scores import Scores
from bulk2cell.artefacts.study import Study
from bulk2cell.artefacts.weights import weights_of
from bulk2cell.evaluate.caveats import (
    count_samples,
    warn_of_cells,
    warn_of_classifiers,
    warn_of_depth,
    warn_of_models,
    warn_of_samples,
    warn_of_shots,
)
from bulk2cell.evaluate.clustering import lay_out_cells
from bulk2cell.evaluate.control_calls import join_control_calls
from bulk2cell.evaluate.control_caveats import warn_of_controls, warn_of_permutations
from bulk2cell.evaluate.every_method import score_every_method
from bulk2cell.evaluate.join import join_calls, leave_out, read_labelled_cells, read_thresholds
from bulk2cell.methods import MODEL
from bulk2cell.parameters import EvaluateParameters
from bulk2cell.progress import say


def evaluate(
    study: Study,
    predictions: Sequence[Predictions],
    parameters: EvaluateParameters,
    model: TrainedModel | None = None,
    controls: Sequence[Controls] = (),
) -> Scores:
    """Score predictions on a study's own cells; here the tested cells' labels are read for the first time.

    A cell that any of the predictions' models was trained on with its label is left out of the test
    of all methods and seeds, so that all are scored on the same cells.

    Parameters
    ----------
    study
        Its cells are in memory.
    predictions
        On its cells, of any strategies and seeds.
    parameters
        Bootstraps, calibration bins and cells to cluster.
    model
        A model whose code is clustered beside the expression.
    controls
        Of the predictions' models, for the permutation test; at most one per strategy.

    Raises
    ------
    InputError
        If the labelled cells, without shots, are not of both classes.
    ArtefactError
        If predictions, model or controls do not belong to the study, or regimes differ.
    """
    calls, manifests = join_calls(study, predictions), [each.manifest for each in predictions]
    regime = manifests[0].content["regime"]
    cells, shots = leave_out(read_labelled_cells(study), manifests)
    control_calls = join_control_calls(study, controls, set(calls["strategy"]), regime)
    tested = cells[cells["label"].notna()].reset_index(drop=True)
    say(f"evaluate: {len(tested)} labelled cells, {len(manifests)} predictions")

    layout, widths = lay_out_cells(study, model, cells, parameters.cluster_cells)
    scores, intervals = score_every_method(
        study, tested, calls, control_calls, regime, read_thresholds(manifests[0])[0], parameters
    )
    scores = pd.concat([scores, widths], ignore_index=True)

    facts = study.manifest.content
    common = {"pair": facts["pair"], "gene_sets": facts["gene_sets"], "regime": regime}
    aurocs = scores.loc[(scores["method"] == MODEL) & (scores["metric"] == "auroc"), "value"]
    content = {
        **common,
        "drug": facts["drug"],
        "n_cells": {
            "sensitive": int((cells["label"] == 1).sum()),
            "resistant": int((cells["label"] == 0).sum()),
            "unlabelled": int(cells["label"].isna().sum()) - len(shots),
            "shots": len(shots),
        },
        "samples": count_samples(tested),
        "simulated": facts["simulated"],
        "flips": int((aurocs < 0.5).sum()),
        "warnings": [
            *warn_of_cells(tested),
            *warn_of_samples(tested),
            *warn_of_shots(cells, shots),
            *warn_of_depth(scores),
            *warn_of_classifiers(scores),
            *warn_of_permutations(scores),
            *warn_of_controls(scores),
            *warn_of_models(scores, calls),
        ],
    }
    used = inputs_of(study.manifest, manifests, model, [each.manifest for each in controls])
    return Scores(
        manifest=new_manifest("scores", asdict(parameters), used, content),
        scores=scores.assign(**common),
        intervals=intervals.assign(**common),
        cells=cells.merge(calls, on="cell"),
        clusters=layout,
    )


def inputs_of(
    study: Manifest,
    predictions: Sequence[Manifest],
    model: TrainedModel | None,
    controls: Sequence[Manifest],
) -> Mapping[str, str]:
    """Return the sha256 of what scores are made from: the study's files, the predictions, the weights, the controls."""
    used = {f"study/{name}": digest for name, digest in study.files.items()}
    for manifest in predictions:
        name = f"predictions/{manifest.content['strategy']}/{manifest.content['seed']}"
        used[name] = manifest.files[PREDICTIONS_FILE]
    if model:
        used |= weights_of(model.manifest)
    for manifest in controls:
        used[f"controls/{manifest.content['strategy']}"] = manifest.files[CONTROLS_FILE]
    return used
