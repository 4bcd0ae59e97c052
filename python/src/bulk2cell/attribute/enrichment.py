"""Which gene sets gather at the ends of the genes' ranking."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import gseapy
import pandas as pd

COLUMNS = {
    "Term": "set",
    "ES": "es",
    "NES": "nes",
    "NOM p-val": "p",
    "FDR q-val": "fdr",
    "Lead_genes": "leading_genes",
}
SEED = 0


def enrichment(ranking: "pd.Series[float]", pathways: pd.DataFrame, permutations: int) -> pd.DataFrame:
    """Test every set by preranked GSEA (Subramanian et al., PNAS 2005), with gseapy.

    Parameters
    ----------
    ranking
        One value per gene of the model, which are the universe; index = gene. Positive: high expression pushes to
        sensitive.
    pathways
        Columns gene, set.
    permutations
        Gene permutations; no p value below 1 / permutations can be told from 0.

    Returns
    -------
    pd.DataFrame
        set, size, es, nes, p, fdr (over all the sets), leading_genes (semicolons between); sorted by fdr, then by
        the size of nes, then by name. A set without a defined score is left out.
    """
    ordered = ranking.sort_index().sort_values(ascending=False, kind="stable")
    inside = pathways[pathways["gene"].isin(ordered.index)]
    sizes = inside.groupby("set")["gene"].nunique()
    with only_errors():
        found: pd.DataFrame = gseapy.prerank(
            rnk=ordered,
            gene_sets={name: sorted(set(genes)) for name, genes in inside.groupby("set")["gene"]},
            permutation_num=permutations,
            min_size=1,
            max_size=len(ordered),
            outdir=None,
            no_plot=True,
            threads=1,
            seed=SEED,
            verbose=False,
        ).res2d
    table = found.rename(columns=COLUMNS)[list(COLUMNS.values())]
    table = table.astype({"es": float, "nes": float, "p": float, "fdr": float}).dropna(subset=["nes"])
    table.insert(1, "size", table["set"].map(sizes).astype(int))
    order = table.assign(strength=-table["nes"].abs()).sort_values(["fdr", "strength", "set"]).index
    return table.loc[order].reset_index(drop=True)


@contextmanager
def only_errors() -> Iterator[None]:
    """Keep gseapy from warning of genes without any attribution, which tie at zero; their order is set here."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
