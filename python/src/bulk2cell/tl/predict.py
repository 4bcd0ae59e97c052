"""Call cells by a model."""

from typing import TYPE_CHECKING, Any

from bulk2cell.parameters import CellInput, PredictParameters
from bulk2cell.tl.given import require, sort_parameters
from bulk2cell.tl.model import Model
from bulk2cell.tl.words import in_python, without_options

if TYPE_CHECKING:
    import anndata as ad


@in_python
def predict(
    adata: "ad.AnnData",
    model: Model,
    *,
    key_added: str | None = None,
    layer: str | None = None,
    use_raw: bool = False,
    gene_symbols: str | None = None,
    **parameters: Any,
) -> None:
    """Call every cell sensitive, resistant or uncertain: the numbers of `bulk2cell predict`, to the bit.

    Writes into `adata`, where KEY is the drug's name in small letters, digits and _:

    - `obs["bulk2cell_KEY_probability"]`, of being sensitive; `_call`; `_uncertain`
    - `uns["bulk2cell"]["KEY"]`: the drug, versions, digests of model and cells, parameters, how the cells were read, genes
      that were found and missing, width of the uncertain band (none: no cell is called), warnings

    A second drug is written beside the first, the same drug over itself. Nothing else is changed; a view becomes an AnnData
    of its own, as it does by any change.

    Parameters
    ----------
    adata
        Cells, in memory or backed, whole or a view (a view of a backed AnnData takes no columns).
    model
        See `bulk2cell.tl.fit` and `bulk2cell.open_model`.
    key_added
        KEY, in the place of the drug's name.
    layer, use_raw, gene_symbols
        As in `bulk2cell.tl.fit`.
    parameters
        Any other parameter of `bulk2cell predict`, by its name: threshold, call_accuracy, scale, ...

    Raises
    ------
    Bulk2CellError
        If the cells or a parameter cannot be used; `adata` is as it was then.
    """
    from bulk2cell.cells.open_anndata import open_anndata, sha256_of_blocks
    from bulk2cell.genes.known import own_names
    from bulk2cell.predict.predict import describe_predictions
    from bulk2cell.predict.predict import predict as score
    from bulk2cell.progress import say
    from bulk2cell.tl.annotation import choose_key, refuse_backed_view, write_predictions

    require(model, Model, "model", "make one by bulk2cell.tl.fit or open one by bulk2cell.open_model(path)")
    given = {"layer": layer or "", "use_raw": use_raw, **parameters}
    cell_input, settings = sort_parameters(given, CellInput, PredictParameters)
    scorer = model.scorer
    known = own_names(scorer.genes, scorer.gene_ids)
    file = open_anndata(adata, cell_input, known, gene_symbols or "")
    refuse_backed_view(adata)
    key = choose_key(adata.uns, model.drug, key_added)
    made = score(scorer, file, sha256_of_blocks(file), cell_input, settings)
    for line in describe_predictions(made):
        say(without_options(line))
    write_predictions(adata, key, made)
