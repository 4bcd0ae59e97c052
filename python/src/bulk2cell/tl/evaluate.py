"""Compare a model's calls with labels."""

from typing import TYPE_CHECKING, Any, get_args

from bulk2cell.parameters import (
    CellInput,
    CellLabels,
    EvaluateParameters,
    PredictParameters,
    StudyParameters,
)
from bulk2cell.tl.given import require, sort_parameters
from bulk2cell.tl.model import Model
from bulk2cell.tl.words import in_python, without_options

if TYPE_CHECKING:
    import anndata as ad
    import pandas as pd

    from bulk2cell.preprocess.reference import Reference


@in_python
def evaluate(
    adata: "ad.AnnData",
    model: Model,
    reference: "Reference",
    *,
    label_key: str,
    sample_key: str | None = None,
    layer: str | None = None,
    use_raw: bool = False,
    gene_symbols: str | None = None,
    **parameters: Any,
) -> "dict[str, pd.DataFrame]":
    """Score a model's calls against labels, beside simpler methods, as `bulk2cell evaluate` does.

    `adata` is not changed.

    Parameters
    ----------
    adata
        The cells that the model was made for.
    model
        See `bulk2cell.tl.fit` and `bulk2cell.open_model`.
    reference
        What it has learnt from; the simpler methods learn from it, too.
    label_key
        Column of obs with the cells' response; `sensitive` and `resistant` tell its values.
    sample_key
        Column of obs with the line, patient or library of each cell, over which intervals are made.
    layer, use_raw, gene_symbols
        As in `bulk2cell.tl.fit`.
    parameters
        sensitive, resistant; bootstraps, calibration_bins, cluster_cells; those of predict; and those of preprocessing that
        the model was made with, unless they are the default.

    Returns
    -------
    dict
        The tables scores, intervals, cells and clusters; docs/artefacts.md tells their columns.

    Raises
    ------
    Bulk2CellError
        If labels, cells or a parameter cannot be used.
    """
    from bulk2cell.artefacts.manifest import read_manifest
    from bulk2cell.artefacts.scores import ScoreTable, read_scores
    from bulk2cell.preprocess.reference import Reference
    from bulk2cell.progress import say
    from bulk2cell.stages import evaluate as stage
    from bulk2cell.stages import predict
    from bulk2cell.tl.workroom import stated_by, workroom, write_study_for

    require(model, Model, "model", "make one by bulk2cell.tl.fit or open one by bulk2cell.open_model(path)")
    require(reference, Reference, "reference", "open it by bulk2cell.datasets.reference()")
    given = {
        **stated_by(model),
        "layer": layer or "",
        "use_raw": use_raw,
        "label_column": label_key,
        "sample_column": sample_key or "",
        **parameters,
    }
    cell_input, labels, of_study, prediction, settings = sort_parameters(
        given, CellInput, CellLabels, StudyParameters, PredictParameters, EvaluateParameters
    )
    with workroom() as room:
        how = cell_input, gene_symbols or "", labels, of_study
        study = write_study_for(model, adata, reference, room / "study", *how)
        predictions = predict(model.folder, study, room / "predictions", CellInput(), prediction)
        manifest = read_manifest(
            stage(study, [predictions], room / "scores", settings, model.folder), "scores"
        )
        for text in manifest.content["warnings"]:
            say(without_options(text))
        return {table: read_scores(manifest, table) for table in get_args(ScoreTable)}
