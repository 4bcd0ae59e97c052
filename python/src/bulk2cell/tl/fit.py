"""Learn a drug from the lines, for cells of one's own."""

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bulk2cell.parameters import (
    CellInput,
    CellLabels,
    LossParameters,
    NetworkParameters,
    StudyParameters,
    TrainParameters,
)
from bulk2cell.tl.given import require, sort_parameters
from bulk2cell.tl.model import Model, open_model
from bulk2cell.tl.words import in_python

if TYPE_CHECKING:
    import anndata as ad

    from bulk2cell.preprocess.reference import Reference


@in_python
def fit(
    adata: "ad.AnnData",
    reference: "Reference",
    drug: str,
    *,
    strategy: str = NetworkParameters.strategy,
    exclude_lines: Sequence[str] = (),
    sample_key: str | None = None,
    layer: str | None = None,
    use_raw: bool = False,
    gene_symbols: str | None = None,
    seed: int = TrainParameters.seed,
    **parameters: Any,
) -> Model:
    """Learn a drug's response from the lines, and carry it over to these cells.

    The model is that of the commands preprocess, pretrain and finetune, to the bit. No label of a cell is read, and `adata`
    is not changed.

    Parameters
    ----------
    adata
        Cells, in memory or backed, whole or a view.
    reference
        See `bulk2cell.datasets.reference`.
    drug
        Its name in the response table, another of its names, or its DRUG_ID.
    strategy
        Modelling strategy.
    exclude_lines
        Lines that the cells come from: they are not learnt from.
    sample_key
        Column of obs with the line or patient of each cell. Lines named there that are learnt from are warned of.
    layer, use_raw
        The matrix that holds the expression; by default it is chosen as in a file.
    gene_symbols
        Column of var that names the genes; by default it is found.
    seed
        Seed of every random number.
    parameters
        Any other parameter of the three commands, by its name: hvg, release, measure, scale, ...

    Raises
    ------
    Bulk2CellError
        If the cells, the drug or a parameter cannot be used; see `bulk2cell.errors`.
    """
    from bulk2cell.preprocess.reference import Reference
    from bulk2cell.stages import finetune, pretrain
    from bulk2cell.tl.workroom import workroom, write_study_of

    require(reference, Reference, "reference", "open it by bulk2cell.datasets.reference()")
    given = {"strategy": strategy, "seed": seed, "layer": layer or "", "use_raw": use_raw, **parameters}
    cell_input, of_study, network, losses, training = sort_parameters(
        given, CellInput, StudyParameters, NetworkParameters, LossParameters, TrainParameters
    )
    lines = [exclude_lines] if isinstance(exclude_lines, str) else exclude_lines
    labels = CellLabels(sample_column=sample_key or "")
    with workroom() as room:
        how = cell_input, gene_symbols or "", labels, of_study
        study = write_study_of(adata, reference, room / "study", str(drug), str(drug), lines, *how)
        encoder = pretrain(study, room / "encoder", network, losses, training)
        made = finetune(study, encoder, room / "model", losses, training)
        kept = Path(tempfile.mkdtemp(prefix="bulk2cell-model-"))
        model = open_model(shutil.copytree(made, kept, dirs_exist_ok=True))
    weakref.finalize(model, shutil.rmtree, kept, ignore_errors=True)
    return model
