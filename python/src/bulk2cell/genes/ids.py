"""Every name of a gene, and the one symbol that it stands for."""

import re
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bulk2cell.errors import InputError

ENSEMBL = re.compile(r"ENS[A-Z]*G\d{11}(\.\d+)?")
# Columns of var that usually name genes, for the order among equals and for what is said of a file.
SYMBOL_COLUMNS = (
    "feature_name",
    "gene_symbols",
    "gene_symbol",
    "gene_name",
    "gene_names",
    "symbol",
    "Symbol",
    "SYMBOL",
    "gene_short_name",
    "hgnc_symbol",
    "external_gene_name",
    "original_gene_symbols",
    "features",
    "feature",
    "genes",
    "gene",
    "Gene",
    "name",
    "names",
    "gene_ids",
    "gene_id",
    "feature_id",
    "ensembl_id",
    "ensembl_gene_id",
    "ensembl",
    "entrez_id",
    "entrezgene_id",
    "ID",
    "id",
)
NAME_COLUMNS = (
    "identifier",
    "prev_symbol",
    "entrez_id",
    "entrez",
    "ensembl_gene_id",
    "ensembl",
)
# Data name a gene by its symbol of their day, hardly ever by an alias: a previous symbol of one gene that is an alias of
# another, such as SEPT2, stands for the first.
ALIAS_COLUMNS = ("alias_symbol", "alias")
HGNC_WEBSITE = {
    "Approved symbol": "symbol",
    "Status": "status",
    "Previous symbols": "prev_symbol",
    "Alias symbols": "alias_symbol",
    "NCBI Gene ID(supplied by NCBI)": "entrez_id",
    "Ensembl gene ID": "ensembl_gene_id",
}
SEPARATOR = r"\||, "
VERSION = re.compile(r"^(ENSG\d+)\.\d+$")


def write_gene_ids(gene_ids: pd.DataFrame, path: Path) -> None:
    """Write a table of gene names as parquet, as small as can be: it comes with the package."""
    gene_ids.to_parquet(path, index=False, compression="zstd", compression_level=15)


@cache
def packaged_gene_ids() -> pd.DataFrame:
    """Return the table of gene names that comes with the package: HGNC's, as `read_gene_ids` gives it.

    `bulk2cell fetch gene_ids --source mirror` makes the same file.
    """
    import pyarrow.parquet as pq

    with as_file(files("bulk2cell.genes") / "gene_ids.parquet") as path:
        table = pq.ParquetFile(path, read_dictionary=["symbol"]).read()  # each symbol once, then repeated
    gene_ids: pd.DataFrame = table.to_pandas(deduplicate_objects=False)
    return gene_ids.astype({"symbol": object})


def read_gene_ids(path: Path) -> pd.DataFrame:
    """Read a table of gene names: of columns identifier and symbol, HGNC's complete set, or one like it.

    Parameters
    ----------
    path
        Parquet, csv or tsv (gz allowed). Column symbol holds the current symbol; every other column of `NAME_COLUMNS` and
        `ALIAS_COLUMNS` holds more names of the same gene, `|` between several. Columns may be called as on HGNC's website.
        Rows whose status is not Approved are left out.

    Returns
    -------
    pd.DataFrame
        See `one_symbol_per_identifier`.

    Raises
    ------
    InputError
        If the file is missing, no table, or has no symbol or no other name.
    """
    from bulk2cell.tables import read_text_table

    table = read_text_table(path).rename(columns=HGNC_WEBSITE)
    every = (*NAME_COLUMNS, *ALIAS_COLUMNS)
    columns = [column for column in every if column in table]
    if "symbol" not in table or not columns:
        raise InputError(
            f"{path}: no column {'symbol' if 'symbol' not in table else ' or '.join(every)}; "
            "give a table with symbol and identifier, or HGNC's complete set"
        )
    if "status" in table:
        table = table[table["status"] == "Approved"]
    long = pd.concat([split_names(table, column) for column in columns])
    gene_ids = one_symbol_per_identifier(long)
    if gene_ids.empty:
        raise InputError(
            f"{path}: no gene in it; give a table with symbol and identifier, or HGNC's complete set"
        )
    return gene_ids


def split_names(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a row for each name in a column, empty ones included: see `one_symbol_per_identifier`."""
    names = pc.split_pattern_regex(pa.array(table[column], pa.string()), SEPARATOR)
    symbols = table["symbol"].to_numpy()[pc.list_parent_indices(names)]
    identifiers = pc.list_flatten(names).to_numpy(zero_copy_only=False)
    return pd.DataFrame({"identifier": identifiers, "symbol": symbols, "alias": column in ALIAS_COLUMNS})


def one_symbol_per_identifier(long: pd.DataFrame) -> pd.DataFrame:
    """Keep the names that stand for exactly one symbol.

    A name that is itself a current symbol stands for that symbol alone, an alias that is also another name of some gene for
    nothing by itself, and a name of two symbols for none.

    Parameters
    ----------
    long
        Columns identifier and symbol, text, and alias, whether the identifier is no more than that; any order, repeated or
        empty values allowed. Ensembl identifiers lose their version.

    Returns
    -------
    pd.DataFrame
        Columns identifier, symbol: every symbol itself and the other names kept, each once, sorted by
        identifier.
    """
    long = long.assign(**{column: long[column].map(str.strip) for column in ("identifier", "symbol")})
    long = long[long["symbol"] != ""]
    symbols = pd.Index(long["symbol"].unique())
    names = long[(long["identifier"] != "") & ~long["identifier"].isin(symbols)].copy()
    names["identifier"] = names["identifier"].map(lambda name: VERSION.sub(r"\1", name))
    names = names[names["alias"] == names.groupby("identifier")["alias"].transform("min")]
    names = names.drop_duplicates(["identifier", "symbol"]).drop_duplicates("identifier", keep=False)
    itself = pd.DataFrame({"identifier": symbols, "symbol": symbols})
    return pd.concat([itself, names])[["identifier", "symbol"]].sort_values("identifier", ignore_index=True)
