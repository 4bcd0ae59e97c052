"""Columns of a dose-response table, however they are spelled."""

import re
from pathlib import Path

import pandas as pd

from bulk2cell.gdsc.known_drugs import name_key

RESPONSE_COLUMNS = ("DATASET", "CELL_LINE_NAME", "DRUG_NAME")
MEASURES = ("AUC", "LN_IC50")
IDS = ("DRUG_ID", "COSMIC_ID", "SANGER_MODEL_ID")
# Other names of columns, as `name_key` gives them: those of GDSC's releases up to 6, of its website, and short ones.
OTHER_NAMES = {
    "DATASETVERSION": "DATASET",
    "CELLLINE": "CELL_LINE_NAME",
    "DRUG": "DRUG_NAME",
    "COSMICSAMPLEID": "COSMIC_ID",
}
# The website's download calls the natural log of IC50 plain IC50; elsewhere that is in micromolar.
OF_WEBSITE = ("DATASETVERSION", "ZSCORE", "IC50")
ONE_RELEASE = "unnamed"


def name_columns(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return a dose-response table with its columns named as in GDSC's fitted dose response.

    Case, spaces and underscores do not matter. Without a column of releases all rows are of one, that in the file's name if
    there is one.
    """
    names = {name_key(name): name for name in (*RESPONSE_COLUMNS, *MEASURES, *IDS)} | OTHER_NAMES
    keys = {column: name_key(column) for column in table.columns}
    if set(OF_WEBSITE) <= set(keys.values()):
        names["IC50"] = "LN_IC50"
    spelled: dict[str, str] = {}
    for column in sorted(table.columns, key=lambda column: keys[column] in OTHER_NAMES):
        name = names.get(keys[column], "")
        if name and name not in table and name not in spelled.values():
            spelled[column] = name
    table = table.rename(columns=spelled)
    if "DATASET" not in table:
        release = re.search("GDSC[12]", path.name)
        table.insert(0, "DATASET", release[0] if release else ONE_RELEASE)
    return table
