"""All drugs at once, on cells without labels."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bulk2cell.parameters import CellInput, ScreenParameters, StudyParameters, TrainParameters
from bulk2cell.tl.given import require, sort_parameters
from bulk2cell.tl.words import in_python, without_options

if TYPE_CHECKING:
    import anndata as ad

    from bulk2cell.preprocess.reference import Reference


@in_python
def screen(
    adata: "ad.AnnData",
    reference: "Reference",
    *,
    groupby: str | None = None,
    drugs: Sequence[str] = (),
    sample_key: str | None = None,
    exclude_lines: Sequence[str] = (),
    layer: str | None = None,
    use_raw: bool = False,
    gene_symbols: str | None = None,
    permutations: int = ScreenParameters.screen_permutations,
    seed: int = TrainParameters.seed,
    **parameters: Any,
) -> None:
    """Score all cells for all drugs, and compare groups of cells: the numbers of `bulk2cell screen`, to the bit.

    Writes into `adata`

    - `obsm["bulk2cell_screen"]`: probability of being sensitive, cells x drugs
    - `uns["bulk2cell_screen"]`: tables `drugs` (in the order of the columns) and `groups`, see docs/artefacts.md; `params`,
      how the cells were read, and warnings
    - `obs["bulk2cell_group"]`: the cells' cluster, unless groups are given

    and nothing else.

    Parameters
    ----------
    adata
        Cells, in memory or backed, whole or a view (a view of a backed AnnData takes no columns).
    reference
        See `bulk2cell.datasets.reference`.
    groupby
        Column of obs with the groups to compare; by default cells are clustered.
    drugs
        Names of the drugs; by default all.
    sample_key
        Column of obs with the patient, line or library of each cell, compared as well.
    exclude_lines
        Lines that the cells come from: they are not learnt from.
    layer, use_raw, gene_symbols
        As in `bulk2cell.tl.fit`.
    permutations
        Models that learn permuted responses, for the p values; at least 200.
    seed
        Seed of everything drawn.
    parameters
        Any other parameter of `bulk2cell screen`, by its name: release, min_genes_per_cell, scale, ...

    Raises
    ------
    Bulk2CellError
        If the cells, a column, a drug or a parameter cannot be used; `adata` is as it was then.
    """
    from bulk2cell.cells.open_anndata import open_anndata, sha256_of_blocks
    from bulk2cell.preprocess.reference import Reference
    from bulk2cell.screen.describe import tell_screen
    from bulk2cell.screen.screen import screen as score
    from bulk2cell.tl.annotation import refuse_backed_view, write_screen

    require(reference, Reference, "reference", "open it by bulk2cell.datasets.reference()")
    given = {"layer": layer or "", "use_raw": use_raw, **parameters}
    cell_input, study = sort_parameters(given, CellInput, StudyParameters)
    settings = ScreenParameters(groupby or "", sample_key or "", permutations)
    lines, names = ([one] if isinstance(one, str) else one for one in (exclude_lines, drugs))
    file = open_anndata(adata, cell_input, reference.gene_names(), gene_symbols or "")
    refuse_backed_view(adata)
    made = score(file, sha256_of_blocks(file), reference, settings, cell_input, study, lines, names, seed)
    tell_screen(made, without_options)
    write_screen(adata, made, clustered=groupby is None)
