"""The genes of a study: those that both domains share and that vary most in either."""

from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd

from bulk2cell.errors import InputError
from bulk2cell.genes.known import known_names
from bulk2cell.parameters import StudyParameters
from bulk2cell.preprocess.highly_variable import linear_statistics, union_of_variable_genes
from bulk2cell.preprocess.quality import kept
from bulk2cell.preprocess.survey import Survey
from bulk2cell.printable import some

FEW_SHARED = 0.5


def choose_genes(
    survey: Survey, measured: "pd.Index[str]", bulk: ad.AnnData, parameters: StudyParameters, file: Path
) -> tuple["pd.Index[str]", list[dict[str, Any]], list[str]]:
    """Return the genes of a study.

    The variance of z-scores says nothing: z-scored cells add no variable genes of their own.

    Parameters
    ----------
    survey
        Gives scale and statistics of the cells.
    measured
        Genes of the cells.
    bulk
        Lines x genes, natural log.
    parameters
        min_shared_genes, and hvg from each domain.
    file
        The cells' file, for the message.

    Returns
    -------
    pd.Index
        Symbols, sorted.
    list
        What was kept: what, before, after.
    list
        Warnings.

    Raises
    ------
    InputError
        If too few genes are shared.
    """
    shared, warnings = shared_genes(measured, bulk.var_names, parameters.min_shared_genes, file)
    of_cells = None if survey.units.scale == "zscore" else survey.genes.loc[shared]
    genes = union_of_variable_genes(linear_statistics(bulk[:, shared]), of_cells, parameters.hvg)
    account = [
        kept("genes measured in the cells and in the bulk lines", len(measured), len(shared)),
        kept("genes that vary most over the cells or over the bulk lines", len(shared), len(genes)),
    ]
    return genes, account, warnings


def shared_genes(
    cells: "pd.Index[str]", bulk: "pd.Index[str]", fewest: int, file: object
) -> tuple["pd.Index[str]", list[str]]:
    """Return the genes of both, sorted, and a warning where they are few.

    Parameters
    ----------
    cells, bulk
        Genes of each, under current symbols.
    fewest
        Number of genes needed.
    file
        The cells' file, for the message.

    Raises
    ------
    InputError
        If there are too few.
    """
    shared = pd.Index(sorted(set(cells) & set(bulk)), dtype=object)
    if len(shared) < fewest:
        raise InputError(
            f"{file}: no overlap of genes: {len(shared)} shared with the bulk lines, at least {fewest} needed; cells look "
            f"like {some(cells)}, bulk like {some(bulk)}; give human genes of the same naming, or "
            "--gene-ids"
        )
    if len(shared) >= FEW_SHARED * min(len(cells), len(bulk)):
        return shared, []
    return shared, [
        f"Few genes are shared: {len(shared)} of {len(bulk)} in the bulk lines and {len(cells)} in the cells; their "
        "names may differ."
    ]


def names_of(genes: "pd.Index[str]", gene_ids: pd.DataFrame | None) -> pd.DataFrame:
    """Return every known name of these genes, the symbols themselves included.

    Parameters
    ----------
    genes
        Symbols.
    gene_ids
        Columns identifier and symbol: names that go before those of the package's table.

    Returns
    -------
    pd.DataFrame
        Columns identifier, symbol; sorted by identifier.
    """
    known, wanted = known_names(genes, gene_ids), set(genes)
    names = [(name, symbol) for name, symbol in known.items() if symbol in wanted]
    return pd.DataFrame(names, columns=["identifier", "symbol"]).sort_values("identifier", ignore_index=True)
