"""A model on any cells, with or without labels."""

from dataclasses import asdict
from pathlib import Path

import anndata as ad

from bulk2cell.artefacts.folder import new_artefact, refuse_to_replace, sha256
from bulk2cell.artefacts.model import TrainedModel, read_model
from bulk2cell.artefacts.study import read_study
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput, Device, PredictParameters
from bulk2cell.predict.align import find_genes
from bulk2cell.predict.annotate import annotate
from bulk2cell.predict.score import predictions_table, score_cells
from bulk2cell.preprocess.cells import load_cells
from bulk2cell.train.seeds import choose_device, settle_threads

LOW_OVERLAP = 0.8


def predict(
    model: Path,
    cells: Path,
    out: Path,
    cell_input: CellInput,
    parameters: PredictParameters,
    device: Device = "auto",
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
        If the model cannot be used.
    InputError
        If the cells cannot be read, are on another scale than the model's, or share too few genes with it.
    """
    refuse_to_replace(out, "predictions")
    settle_threads()
    where = choose_device(device)
    trained = read_model(model, where)
    on_study = (cells / "study.json").is_file()
    if annotated and cells.suffix != ".h5ad":
        raise InputError(f"{cells}: only an h5ad can be written back with predictions; leave out --annotated")
    source, scale = _load(cells, cell_input, trained)
    columns = find_genes(source, trained.genes, parameters.min_gene_overlap, str(cells))
    missing = [gene for gene, column in zip(trained.genes, columns, strict=True) if column < 0]
    probabilities = score_cells(trained.network, trained.scaling, source, columns, where)
    table = predictions_table(
        list(source.obs_names), probabilities, parameters.threshold, parameters.abstain_band
    )
    settings = {**asdict(cell_input), **asdict(parameters), "annotated": annotated}
    inputs = {
        "model/weights.safetensors": trained.manifest.files["weights.safetensors"],
        "cells": cells_digest(cells),
    }
    with new_artefact(out, "predictions", settings, inputs) as draft:
        facts = trained.manifest.content
        draft.content.update(
            {
                name: facts[name]
                for name in ("pair", "drug", "strategy", "gene_sets", "seed", "regime", "shots")
            },
            on_study=on_study,
            scale=scale,
            genes={
                "model": len(trained.genes),
                "found": len(trained.genes) - len(missing),
                "missing": missing,
            },
            warnings=overlap_warnings(len(trained.genes), len(missing)),
        )
        table.to_parquet(draft.folder / "predictions.parquet", index=False)
        if annotated:
            annotate(ad.read_h5ad(cells), table).write_h5ad(draft.folder / "cells.h5ad")
    return out


def cells_digest(cells: Path) -> str:
    """Return the sha256 of a file of cells; of a study, that of its cells alone, whatever their labels."""
    return sha256(cells / "cells.h5ad" if (cells / "study.json").is_file() else cells)


def overlap_warnings(genes: int, missing: int) -> list[str]:
    """Return a sentence if more than a fifth of the model's genes had to be filled in."""
    if missing <= (1 - LOW_OVERLAP) * genes:
        return []
    return [
        f"{missing} of the model's {genes} genes are missing from the cells and were filled with the training cells' mean; "
        "the calls rest on the rest"
    ]


def _load(cells: Path, cell_input: CellInput, trained: TrainedModel) -> tuple[ad.AnnData, str]:
    facts = trained.manifest.content["study"]
    if (cells / "study.json").is_file():
        study = read_study(cells)
        source, scale = study.cells, study.manifest.content["scale"]["cells"]
    else:
        source, record = load_cells(cells, cell_input, trained.gene_ids, facts["target_sum"], trained.genes)
        scale = record["scale"]
    if (scale == "zscore") != (facts["scale"]["cells"] == "zscore"):
        raise InputError(
            f"{cells}: cells on the scale {scale!r}, the model was trained on {facts['scale']['cells']!r}; give cells on "
            "the model's scale"
        )
    return source, scale
