"""The genes of a study: those that both domains share and that vary most in either."""

import anndata as ad
import pandas as pd

from bulk2cell.errors import InputError
from bulk2cell.sources.orientation import some

FEW_SHARED = 0.5


def shared_genes(
    cells: ad.AnnData, bulk: ad.AnnData, fewest: int, file: object
) -> tuple["pd.Index[str]", list[str]]:
    """Return the genes of both, sorted, and a warning where they are few.

    Parameters
    ----------
    cells, bulk
        Expression under current symbols.
    fewest
        Number of genes needed.
    file
        The cells' file, for the message.

    Raises
    ------
    InputError
        If there are too few.
    """
    shared = pd.Index(sorted(set(cells.var_names) & set(bulk.var_names)), dtype=object)
    if len(shared) < fewest:
        raise InputError(
            f"{file}: no overlap of genes: {len(shared)} shared with the bulk lines, at least {fewest} needed; cells look "
            f"like {some(cells.var_names)}, bulk like {some(bulk.var_names)}; give human genes of the same naming, or "
            "--gene-ids"
        )
    if len(shared) >= FEW_SHARED * min(cells.n_vars, bulk.n_vars):
        return shared, []
    return shared, [
        f"Few genes are shared: {len(shared)} of {bulk.n_vars} in the bulk lines and {cells.n_vars} in the cells; their "
        "names may differ."
    ]


def names_of(genes: "pd.Index[str]", gene_ids: pd.DataFrame | None) -> pd.DataFrame:
    """Return every known name of these genes, the symbols themselves included.

    Parameters
    ----------
    genes
        Symbols.
    gene_ids
        Columns identifier and symbol, if there is such a table.

    Returns
    -------
    pd.DataFrame
        Columns identifier, symbol; sorted.
    """
    itself = pd.DataFrame({"identifier": genes, "symbol": genes})
    known = itself if gene_ids is None else pd.concat([itself, gene_ids[gene_ids["symbol"].isin(genes)]])
    return (
        known[["identifier", "symbol"]]
        .drop_duplicates()
        .sort_values(["identifier", "symbol"], ignore_index=True)
    )
