"""Score any cells with a model, with or without labels."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.artefacts.cell_model import read_cell_model
from bulk2cell.artefacts.folder import claims_out, new_artefact
from bulk2cell.artefacts.manifest import damaged, read_manifest, sha256
from bulk2cell.artefacts.predictions import write_predictions
from bulk2cell.artefacts.weights import WEIGHTS_FILE
from bulk2cell.cells.cell_file import CellFile
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput, PredictParameters
from bulk2cell.predict.score import predictions_table
from bulk2cell.predict.score_file import score_file, score_study

LOW_OVERLAP = 0.8
CELLS_PER_TABLE = 20_000


@claims_out("predictions")
def predict(
    model: Path,
    cells: Path,
    out: Path,
    cell_input: CellInput,
    parameters: PredictParameters,
    annotated: bool = False,
) -> Path:
    """Score cells with a model and write predictions.

    Parameters
    ----------
    model
        Folder of the model.
    cells
        A file or folder of cells in any format that `preprocess` reads, or the folder of a study, whose cells are
        taken as they are.
    out
        Folder of the predictions.
    annotated
        Also write the cells, an h5ad, with their predictions in obs.

    Raises
    ------
    ArtefactError
        If the model cannot be used, or gives no probability.
    InputError
        If the cells cannot be read, are on another scale than the model's, or share too few genes with it.
    """
    trained = read_cell_model(model)
    if annotated and cells.suffix != ".h5ad":
        raise InputError(f"{cells}: only an h5ad can be written back with predictions; leave out --annotated")
    study = read_manifest(cells, "study") if (cells / "study.json").is_file() else None
    known = {*trained.gene_ids["identifier"], *trained.genes}
    with open_cells(cells / "cells.h5ad" if study else cells, cell_input.orientation, known) as file:
        least = parameters.min_gene_overlap
        if study:
            scored = score_study(trained, file, study.content["scale"]["cells"], least)
        else:
            scored = score_file(trained, file, cell_input.scale, least)
        if not np.isfinite(scored.probabilities).all():
            raise damaged(model / WEIGHTS_FILE, "gives some cells no probability", "model")
        settings = {**asdict(cell_input), **asdict(parameters), "annotated": annotated}
        inputs = {
            "model/weights.safetensors": trained.manifest.files["weights.safetensors"],
            "cells": study.files["cells.h5ad"] if study else sha256(cells),
        }
        with new_artefact(out, "predictions", settings, inputs) as draft:
            facts = trained.manifest.content
            missing = [
                trained.genes[gene] for gene in np.setdiff1d(np.arange(len(trained.genes)), scored.present)
            ]
            draft.content.update(
                {
                    name: facts[name]
                    for name in ("pair", "drug", "strategy", "gene_sets", "seed", "regime", "shots")
                },
                on_study=study is not None,
                scale=scored.scale,
                genes={
                    "model": len(trained.genes),
                    "found": len(trained.genes) - len(missing),
                    "missing": missing,
                },
                warnings=overlap_warnings(len(trained.genes), len(missing)),
            )
            write_predictions(draft, tables(file, scored.probabilities, parameters))
            if annotated:
                from bulk2cell.predict.annotate import write_annotated

                write_annotated(cells, draft.folder)
    return out


def tables(
    file: CellFile, probabilities: NDArray[np.float64], parameters: PredictParameters
) -> Iterator[pd.DataFrame]:
    """Yield the predictions of some cells at a time, in the file's order."""
    for start in range(0, file.count, CELLS_PER_TABLE):
        rows = slice(start, min(start + CELLS_PER_TABLE, file.count))
        names = file.names(rows.start, rows.stop)
        yield predictions_table(names, probabilities[rows], parameters.threshold, parameters.abstain_band)


def overlap_warnings(genes: int, missing: int) -> list[str]:
    """Return a warning if more than a fifth of the model's genes had to be filled in."""
    if missing <= (1 - LOW_OVERLAP) * genes:
        return []
    return [
        f"{missing} of the model's {genes} genes are missing from the cells and were filled with the training cells' mean; "
        "the calls rest on the rest"
    ]
