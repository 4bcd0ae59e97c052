"""All names that genes are known by."""

from collections.abc import Iterable
from functools import cache

import pandas as pd

from bulk2cell.genes.ids import packaged_gene_ids


def known_names(wanted: Iterable[str], gene_ids: pd.DataFrame | None) -> dict[str, str]:
    """Return the symbol of every known name.

    Wanted genes keep their names, a table of one's own goes before the package's, and what the package calls by another
    symbol than they do is called as they do. Nobody may change what is returned: it can be the package's own.

    Parameters
    ----------
    wanted
        Symbols of the model or the bulk lines.
    gene_ids
        Columns identifier and symbol, see `genes.ids.read_gene_ids`; None: the package's table alone.
    """
    known, own = packaged_names(), own_names(wanted, gene_ids)
    symbols = set(own.values())
    called = {
        known[symbol]: symbol
        for symbol in sorted(symbols)
        if symbol in known and known[symbol] not in symbols
    }
    if called:
        own = {name: called[symbol] for name, symbol in known.items() if symbol in called} | own
    return known | own if own else known


def own_names(wanted: Iterable[str], gene_ids: pd.DataFrame | None) -> dict[str, str]:
    """Return the symbol of every name in a table of one's own and of the wanted genes; arguments as for `known_names`.

    A model's table has every name of its genes: to find them in cells the package's table, which takes time to read, adds
    nothing.
    """
    return ({} if gene_ids is None else names_in(gene_ids)) | {symbol: symbol for symbol in wanted}


@cache
def packaged_names() -> dict[str, str]:
    """Return the symbol of every name in the package's table."""
    return names_in(packaged_gene_ids())


def names_in(gene_ids: pd.DataFrame) -> dict[str, str]:
    """Return the symbol of every name in a table."""
    return dict(zip(gene_ids["identifier"].tolist(), gene_ids["symbol"].tolist(), strict=True))
