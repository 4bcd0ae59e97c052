"""Gene sets of a study."""

from pathlib import Path

import pandas as pd

from bulk2cell.errors import InputError
from bulk2cell.genes.names import to_symbols
from bulk2cell.genes.sets import read_gmt
from bulk2cell.parameters import StudyParameters
from bulk2cell.printable import some


def keep_gene_sets(
    path: Path, gene_ids: pd.DataFrame | None, genes: "pd.Index[str]", parameters: StudyParameters
) -> tuple[pd.DataFrame, int]:
    """Return the gene sets with enough study genes, and of them the study genes.

    Parameters
    ----------
    path
        GMT file of symbols.
    gene_ids
        Columns identifier and symbol: names that go before those of the package's table.
    genes
        Genes of the study.
    parameters
        min_set_size study genes are needed; at most max_set_size genes in all.

    Returns
    -------
    pd.DataFrame
        Columns gene, set; sorted by set and gene.
    int
        Number of sets in the file.

    Raises
    ------
    InputError
        If no set is kept.
    """
    sets = read_gmt(path)
    names = pd.Index(sets["gene"].unique())
    symbols = dict(zip(names, to_symbols(names, gene_ids, path, genes).symbols, strict=True))
    sets = sets.assign(gene=sets["gene"].map(symbols)).drop_duplicates()
    total = sets["set"].nunique()
    small = sets.groupby("set")["gene"].transform("size") <= parameters.max_set_size
    inside = sets[small & sets["gene"].isin(genes)]
    large = inside.groupby("set")["gene"].transform("size") >= parameters.min_set_size
    left = inside[large].sort_values(["set", "gene"], ignore_index=True)
    if left.empty:
        raise InputError(
            f"{path}: none of {total} gene sets has {parameters.min_set_size} of the study's {len(genes)} genes and at "
            f"most {parameters.max_set_size} genes (sets: {some(names)}; study: {some(genes)}); lower "
            "--min-set-size, or give sets of gene symbols"
        )
    return left[["gene", "set"]], total
