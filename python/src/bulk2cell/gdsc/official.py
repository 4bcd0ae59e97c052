"""GDSC as the Sanger Institute publishes it: RMA text table and fitted dose responses."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from bulk2cell.errors import DownloadError
from bulk2cell.gdsc.columns import MEASURES, RESPONSE_COLUMNS
from bulk2cell.gdsc.known_drugs import name_key
from bulk2cell.progress import say

EXPRESSION = "Cell_line_RMA_proc_basalExp.txt"


def convert_gdsc_official(files: Mapping[str, Path], folder: Path) -> None:
    """Write gdsc_expression.parquet and gdsc_response.parquet from the published files.

    Parameters
    ----------
    files
        The RMA table and the xlsx tables of fitted dose responses, by name.
    folder
        Where to write.

    Raises
    ------
    DownloadError
        If a table is not laid out as expected.
    """
    fitted = pd.concat([_read_fitted(path) for name, path in files.items() if name.endswith(".xlsx")])
    response = fitted.groupby(list(RESPONSE_COLUMNS))[list(MEASURES)].mean().sort_index().reset_index()
    response.to_parquet(folder / "gdsc_response.parquet", index=False)
    names = fitted.drop_duplicates("COSMIC_ID").set_index("COSMIC_ID")["CELL_LINE_NAME"]
    read_rma(files[EXPRESSION], names).to_parquet(folder / "gdsc_expression.parquet")


def read_rma(path: Path, names: "pd.Series[str]") -> pd.DataFrame:
    """Read the RMA table.

    Repeated arrays of a line (a column name with a suffix) and lines without a name are left out, and so are
    lines whose names become one without punctuation. Rows of one symbol are averaged.

    Parameters
    ----------
    path
        Columns GENE_SYMBOLS, GENE_title, and DATA.<COSMIC id> per line.
    names
        Line names by COSMIC id.

    Returns
    -------
    pd.DataFrame
        Lines x genes, float32, log2; index: upper-case alphanumerics of the line's name.
    """
    table = pd.read_csv(path, sep="\t")
    if "GENE_SYMBOLS" not in table:
        raise DownloadError(f"{path.name}: no column GENE_SYMBOLS; fetch it again")
    table = table.dropna(subset=["GENE_SYMBOLS"])
    columns = {
        column: int(found[1]) for column in table if (found := re.fullmatch(r"DATA\.(\d+)", str(column)))
    }
    named = {column: names[cosmic] for column, cosmic in columns.items() if cosmic in names.index}
    if not named:
        raise DownloadError(
            f"{path.name}: no column DATA.<COSMIC id> of a line in the response tables; fetch again"
        )
    expression = table.groupby("GENE_SYMBOLS")[list(named)].mean().T
    keys = [name_key(name) for name in named.values()]
    expression.index = pd.Index(keys, name="cell_line")
    expression = expression[~expression.index.duplicated(keep=False)]
    say(
        f"expression of {len(expression)} lines; {table.shape[1] - 2 - len(expression)} columns without a name of their own"
    )
    return expression.rename_axis(columns=None).sort_index().astype(np.float32)


def _read_fitted(path: Path) -> pd.DataFrame:
    say(f"reading {path.name}, this takes a minute or two")
    columns = ["COSMIC_ID", *RESPONSE_COLUMNS, *MEASURES]
    try:
        return pd.read_excel(path, usecols=columns, engine="openpyxl")
    except Exception as error:
        raise DownloadError(
            f"{path.name}: no table with {', '.join(columns)} ({error}); fetch it again"
        ) from error
