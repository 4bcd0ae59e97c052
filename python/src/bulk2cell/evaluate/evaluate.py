"""Score predictions against the cells' labels, with baselines, intervals, clustering and warnings."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.folder import claims_out, new_artefact
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.model import TrainedModel, read_model
from bulk2cell.artefacts.scores import write_scores
from bulk2cell.artefacts.study import read_study
from bulk2cell.evaluate.caveats import (
    cell_caveats,
    classifier_caveats,
    depth_caveats,
    model_caveats,
    sample_caveats,
    samples_per_class,
    shot_caveats,
)
from bulk2cell.evaluate.clustering import clusters
from bulk2cell.evaluate.control_calls import read_control_calls
from bulk2cell.evaluate.control_caveats import control_caveats, permutation_caveats
from bulk2cell.evaluate.every_method import every_method
from bulk2cell.evaluate.join import labelled_cells, leave_out, read_calls, thresholds
from bulk2cell.methods import MODEL
from bulk2cell.parameters import EvaluateParameters
from bulk2cell.progress import say


@claims_out("scores")
def evaluate(
    study: Path,
    predictions: Sequence[Path],
    out: Path,
    parameters: EvaluateParameters,
    model: Path | None = None,
    controls: Sequence[Path] = (),
) -> Path:
    """Score predictions on a study's own cells and write the scores. No training has read the labels of the tested cells.

    A cell that any of the predictions' models was trained on with its label (regimes C and D) is left out of the test
    of all methods and seeds, so that all are scored on the same cells.

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
        Folder of a model whose code is clustered, too.
    controls
        Folders of controls of the predictions' models, for the permutation test; one per strategy.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    InputError
        If the labelled cells, without shots, are not of both classes.
    ArtefactError
        If a folder is damaged, predictions, model or controls do not belong to the study, or regimes differ.
    """
    source = read_study(study)
    calls, manifests = read_calls(source, predictions)
    regime = manifests[0].content["regime"]
    cells, shots = leave_out(labelled_cells(source), manifests)
    control_calls, control_manifests = read_control_calls(source, controls, set(calls["strategy"]), regime)
    trained = read_model(model) if model else None
    tested = cells[cells["label"].notna()].reset_index(drop=True)
    say(f"evaluate: {len(tested)} labelled cells, {len(manifests)} predictions")

    layout, widths = clusters(source, trained, cells, parameters.cluster_cells)
    scores, intervals = every_method(
        source, tested, calls, control_calls, regime, thresholds(manifests[0]), parameters
    )
    scores = pd.concat([scores, widths], ignore_index=True)

    facts = source.manifest.content
    common = {"pair": facts["pair"], "gene_sets": facts["gene_sets"], "regime": regime}
    aurocs = scores.loc[(scores["method"] == MODEL) & (scores["metric"] == "auroc"), "value"]
    with new_artefact(
        out, "scores", asdict(parameters), inputs(source.manifest, manifests, trained, control_manifests)
    ) as draft:
        called = cells.merge(calls, on="cell")
        write_scores(draft, scores.assign(**common), intervals.assign(**common), called, layout)
        draft.content |= common | {
            "drug": facts["drug"],
            "n_cells": {
                "sensitive": int((cells["label"] == 1).sum()),
                "resistant": int((cells["label"] == 0).sum()),
                "unlabelled": int(cells["label"].isna().sum()) - len(shots),
                "shots": len(shots),
            },
            "samples": samples_per_class(tested),
            "simulated": facts["simulated"],
            "flips": int((aurocs < 0.5).sum()),
            "warnings": [
                *cell_caveats(tested),
                *sample_caveats(tested),
                *shot_caveats(cells, shots),
                *depth_caveats(scores),
                *classifier_caveats(scores),
                *permutation_caveats(scores),
                *control_caveats(scores),
                *model_caveats(scores, calls),
            ],
        }
    return out


def inputs(
    study: Manifest,
    predictions: Sequence[Manifest],
    model: TrainedModel | None = None,
    controls: Sequence[Manifest] = (),
) -> Mapping[str, str]:
    """Return the sha256 of what scores are made from: the study's files, the predictions, the weights, the controls."""
    used = {f"study/{name}": digest for name, digest in study.files.items()}
    for manifest in predictions:
        name = f"predictions/{manifest.content['strategy']}/{manifest.content['seed']}"
        used[name] = manifest.files["predictions.parquet"]
    if model:
        used["model/weights.safetensors"] = model.manifest.files["weights.safetensors"]
    for manifest in controls:
        used[f"controls/{manifest.content['strategy']}"] = manifest.files["controls.parquet"]
    return used
