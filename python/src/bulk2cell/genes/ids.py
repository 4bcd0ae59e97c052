"""Every name of a gene, and the one symbol that it stands for."""

import re
from pathlib import Path

import pandas as pd

from bulk2cell.errors import InputError
from bulk2cell.tables import read_text_table

ENSEMBL = re.compile(r"ENS[A-Z]*G\d{11}(\.\d+)?")
SYMBOL_COLUMNS = ("gene_symbols", "feature_name", "gene_name", "symbol")
NAME_COLUMNS = (
    "identifier",
    "prev_symbol",
    "alias_symbol",
    "alias",
    "entrez_id",
    "entrez",
    "ensembl_gene_id",
    "ensembl",
)


def read_gene_ids(path: Path) -> pd.DataFrame:
    """Read a table of gene names: of columns identifier and symbol, HGNC's complete set, or one like it.

    Parameters
    ----------
    path
        Parquet, csv or tsv (gz allowed). Column symbol holds the current symbol; every other column of
        `NAME_COLUMNS` holds more names of the same gene, `|` between several.

    Returns
    -------
    pd.DataFrame
        See `one_symbol_per_identifier`.

    Raises
    ------
    InputError
        If the file is missing, no table, or has no symbol or no other name.
    """
    table = read_text_table(path)
    columns = [column for column in NAME_COLUMNS if column in table]
    if "symbol" not in table or not columns:
        raise InputError(
            f"{path}: no column {'symbol' if 'symbol' not in table else ' or '.join(NAME_COLUMNS)}; "
            "give a table with symbol and identifier, or HGNC's complete set"
        )
    long = pd.concat(
        [
            table[["symbol"]].assign(identifier=table[column].str.split("|")).explode("identifier")
            for column in columns
        ]
    )
    gene_ids = one_symbol_per_identifier(long)
    if gene_ids.empty:
        raise InputError(
            f"{path}: no gene in it; give a table with symbol and identifier, or HGNC's complete set"
        )
    return gene_ids


def one_symbol_per_identifier(long: pd.DataFrame) -> pd.DataFrame:
    """Keep the names that stand for exactly one symbol.

    A name that is itself a current symbol stands for that symbol alone, a name of two symbols for none.

    Parameters
    ----------
    long
        Columns identifier and symbol, text, any order, repeated or empty values allowed. Ensembl
        identifiers lose their version.

    Returns
    -------
    pd.DataFrame
        Columns identifier, symbol: every symbol itself and the other names kept, each once, sorted by
        identifier.
    """
    long = long.apply(lambda column: column.str.strip())
    long = long[long["symbol"] != ""]
    symbols = pd.Index(long["symbol"].unique())
    names = long[(long["identifier"] != "") & ~long["identifier"].isin(symbols)].copy()
    names["identifier"] = names["identifier"].str.replace(r"^(ENSG\d+)\.\d+$", r"\1", regex=True)
    names = names.drop_duplicates(["identifier", "symbol"]).drop_duplicates("identifier", keep=False)
    itself = pd.DataFrame({"identifier": symbols, "symbol": symbols})
    return pd.concat([itself, names])[["identifier", "symbol"]].sort_values("identifier", ignore_index=True)
