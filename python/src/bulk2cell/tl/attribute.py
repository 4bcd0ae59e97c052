"""Find what drives a model's calls."""

from typing import TYPE_CHECKING, Any, get_args

from bulk2cell.parameters import AttributeParameters, CellInput, CellLabels, StudyParameters
from bulk2cell.tl.given import require, sort_parameters
from bulk2cell.tl.model import Model
from bulk2cell.tl.words import in_python, without_options

if TYPE_CHECKING:
    import anndata as ad
    import pandas as pd

    from bulk2cell.preprocess.reference import Reference


@in_python
def attribute(
    adata: "ad.AnnData",
    model: Model,
    reference: "Reference",
    *,
    layer: str | None = None,
    use_raw: bool = False,
    gene_symbols: str | None = None,
    **parameters: Any,
) -> "dict[str, pd.DataFrame]":
    """Attribute a model's calls to genes, pathway units and gene sets, as `bulk2cell attribute` does.

    `adata` is not changed.

    Parameters
    ----------
    adata
        The cells that the model was made for.
    model
        See `bulk2cell.tl.fit` and `bulk2cell.open_model`.
    reference
        What it has learnt from.
    layer, use_raw, gene_symbols
        As in `bulk2cell.tl.fit`.
    parameters
        domain, attributed_cells, permutations; and those of preprocessing that the model was made with, unless they are the
        default: min_genes_per_cell, ...

    Returns
    -------
    dict
        The tables genes, pathways and enrichment; docs/artefacts.md tells their columns.

    Raises
    ------
    Bulk2CellError
        If the cells lack genes of the model, or cells or a parameter cannot be used.
    """
    from bulk2cell.artefacts.attributions import AttributionTable, read_attributions
    from bulk2cell.artefacts.manifest import read_manifest
    from bulk2cell.preprocess.reference import Reference
    from bulk2cell.progress import say
    from bulk2cell.stages import attribute as stage
    from bulk2cell.tl.workroom import stated_by, workroom, write_study_for

    require(model, Model, "model", "make one by bulk2cell.tl.fit or open one by bulk2cell.open_model(path)")
    require(reference, Reference, "reference", "open it by bulk2cell.datasets.reference()")
    given = {**stated_by(model), "layer": layer or "", "use_raw": use_raw, **parameters}
    cell_input, of_study, settings = sort_parameters(given, CellInput, StudyParameters, AttributeParameters)
    with workroom() as room:
        how = cell_input, gene_symbols or "", CellLabels(), of_study
        study = write_study_for(model, adata, reference, room / "study", *how)
        manifest = read_manifest(stage(model.folder, study, room / "attributions", settings), "attributions")
        for text in manifest.content["warnings"]:
            say(without_options(text))
        return {table: read_attributions(manifest, table) for table in get_args(AttributionTable)}
