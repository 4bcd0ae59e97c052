"""Score any cells with a model, with or without labels."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from bulk2cell.artefacts.cell_model import CellModel
from bulk2cell.artefacts.content import CELLS_FILE
from bulk2cell.artefacts.manifest import Manifest, damaged, new_manifest
from bulk2cell.artefacts.predictions import Predictions
from bulk2cell.artefacts.weights import WEIGHTS_FILE, weights_of
from bulk2cell.calls import CALLS, RESISTANT, SENSITIVE, UNCERTAIN, find_width
from bulk2cell.cells.cell_file import CellFile
from bulk2cell.parameters import CellInput, PredictParameters
from bulk2cell.predict.score import predictions_table
from bulk2cell.predict.score_file import Scored, score_file, score_study
from bulk2cell.trust.expect import Trust
from bulk2cell.trust.words import describe_trust

LOW_OVERLAP = 0.8
OF_MODEL = ("pair", "drug", "strategy", "gene_sets", "seed", "regime", "shots")


def predict(
    model: CellModel,
    file: CellFile,
    digest: str,
    cell_input: CellInput,
    parameters: PredictParameters,
    annotated: bool = False,
) -> Predictions:
    """Score the cells of a file with a model.

    Parameters
    ----------
    digest
        sha256 of the file.
    annotated
        Whether the cells are to be written with their predictions, too; for the record.

    Raises
    ------
    ArtefactError
        If the model gives no probability.
    InputError
        If the cells cannot be read, are on another scale than the model's, or share too few genes with it.
    """
    scored = score_file(model, file, cell_input.scale, parameters.min_gene_overlap)
    settings = {**asdict(cell_input), **asdict(parameters), "annotated": annotated}
    assert scored.naming
    reading = {
        "matrix": file.matrix,
        "gene_names": file.named_by or scored.naming.column,
        "log_base": scored.units.base,
        "total": scored.units.total,
    }
    of_units = scored.units.describe(model.manifest.content["study"]["target_sum"])
    notes = [*file.notes, *scored.naming.notes, *([of_units] if of_units else [])]
    manifest = _manifest(model, scored, parameters, settings, digest, reading, notes, on_study=False)
    return _predictions(file, scored, parameters, manifest)


def predict_study(
    model: CellModel,
    file: CellFile,
    study: Manifest,
    cell_input: CellInput,
    parameters: PredictParameters,
) -> Predictions:
    """Score the cells of a study as they are.

    Parameters
    ----------
    file
        The study's cells.
    cell_input
        For the record.

    Raises
    ------
    ArtefactError
        If the model gives no probability.
    InputError
        If the cells are on another scale than the model's, or share too few genes with it.
    """
    scored = score_study(model, file, study.content["scale"]["cells"], parameters.min_gene_overlap)
    settings = {**asdict(cell_input), **asdict(parameters), "annotated": False}
    digest, reading = study.files[CELLS_FILE], study.content["reading"]
    manifest = _manifest(model, scored, parameters, settings, digest, reading, [], on_study=True)
    return _predictions(file, scored, parameters, manifest)


def _manifest(
    model: CellModel,
    scored: Scored,
    parameters: PredictParameters,
    settings: dict[str, object],
    digest: str,
    reading: Mapping[str, object],
    notes: list[str],
    on_study: bool,
) -> Manifest:
    if not np.isfinite(scored.probabilities).all():
        raise damaged(model.manifest.path / WEIGHTS_FILE, "gives some cells no probability", "model")
    genes = len(model.genes)
    missing = [model.genes[gene] for gene in np.setdiff1d(np.arange(genes), scored.present)]
    width = width_of(model, parameters)
    content = {
        **{name: model.manifest.content[name] for name in OF_MODEL},
        "on_study": on_study,
        "scale": scored.units.scale,
        "reading": reading,
        "genes": {"model": genes, "found": genes - len(missing), "missing": missing},
        "width": width,
        "trust": model.manifest.content["trust"],
        "warnings": [*notes, *overlap_warnings(genes, len(missing)), *warn_without_width(width, parameters)],
    }
    inputs = {**weights_of(model.manifest), "cells": digest}
    return new_manifest("predictions", settings, inputs, content)


def _predictions(
    file: CellFile, scored: Scored, parameters: PredictParameters, manifest: Manifest
) -> Predictions:
    names = file.names(0, file.count)
    table = predictions_table(names, scored.probabilities, manifest.content["width"], parameters.threshold)
    return Predictions(manifest=manifest, table=table)


def describe_predictions(predictions: Predictions) -> list[str]:
    """Return lines on what was read, found and called, and every warning."""
    content, table = predictions.manifest.content, predictions.table
    genes, reading = content["genes"], content["reading"]
    called = {call: int((table["call"] == call).sum()) for call in CALLS}
    logged = f", base {reading['log_base']:.4g}" if reading["log_base"] else ""
    return [
        f"{content['drug']}: {len(table)} cells, of which {called[SENSITIVE]} are called sensitive, {called[RESISTANT]} "
        f"resistant, and {called[UNCERTAIN]} ({called[UNCERTAIN] / len(table):.0%}) are uncertain",
        *_of_trust(content),
        f"read from {reading['matrix']} ({content['scale']}{logged}), genes named by {reading['gene_names']}: "
        f"{genes['found']} of the model's {genes['model']} genes are there",
        *(f"warning: {text}" for text in content["warnings"]),
    ]


def _of_trust(content: Mapping[str, Any]) -> list[str]:
    if not content["trust"]:
        return []
    of_others = "" if content["on_study"] else " That is so for the cells that the model was made for."
    return [describe_trust(Trust(**content["trust"])) + of_others]


def width_of(model: CellModel, parameters: PredictParameters) -> float | None:
    """Return how far from the threshold a model's calls are right often enough; see `find_width`."""
    lines = model.manifest.content["left_out_lines"]
    return find_width(
        np.array(lines["log_odds"], float),
        np.array(lines["sensitive"], bool),
        parameters.call_accuracy,
        parameters.threshold,
    )


def warn_without_width(width: float | None, parameters: PredictParameters) -> list[str]:
    """Return a warning if there is no distance from the threshold at which cells may be called."""
    if width is not None:
        return []
    return [
        f"No cell is called: lines that the model had not learnt from are called right at a rate of "
        f"{parameters.call_accuracy:.0%} at no distance from the threshold. --call-accuracy sets another rate."
    ]


def overlap_warnings(genes: int, missing: int) -> list[str]:
    """Return a warning if more than a fifth of the model's genes had to be filled in."""
    if missing <= (1 - LOW_OVERLAP) * genes:
        return []
    return [
        f"{missing} of the model's {genes} genes are missing from the cells and were filled with the training cells' mean; "
        "the calls rest on the rest"
    ]
