"""The response to all drugs at once."""

import pandas as pd

from bulk2cell.errors import InputError
from bulk2cell.gdsc.known_drugs import name_key
from bulk2cell.gdsc.lines import line_key
from bulk2cell.parameters import Measure


def tabulate_responses(table: pd.DataFrame, measure: Measure, source: str) -> pd.DataFrame:
    """Return every drug's response per cell line in every release; a column is what `take_response` takes.

    Parameters
    ----------
    table
        Response table, see `read_response_table`.
    source
        Where the table is from, for the message.

    Returns
    -------
    pd.DataFrame
        Lines (index: `line_key`, sorted) x drug and release, NaN where a line was not treated.

    Raises
    ------
    InputError
        If the table has no such measure or names no drug.
    """
    if measure not in table:
        raise InputError(f"{source}: no column {measure}; choose the other measure")
    rows = table.dropna(subset=["DRUG_NAME", measure])
    if rows.empty:
        raise InputError(f"{source}: no drug with a response in it; give a response table that names drugs")
    names = table["DRUG_NAME"].dropna().unique()
    keys = {name: name_key(name) for name in names}
    spelled = {keys[name]: str(name) for name in names}
    lines = {name: line_key(str(name)) for name in rows["CELL_LINE_NAME"].unique()}
    found = pd.DataFrame(
        {
            "drug": rows["DRUG_NAME"].map(keys).map(spelled),
            "release": rows["DATASET"].astype(str),
            "cell_line": rows["CELL_LINE_NAME"].map(lines),
            "name": rows["CELL_LINE_NAME"],
            "value": rows[measure],
        }
    )
    places = ["drug", "release", "cell_line"]
    spellings = found.drop_duplicates([*places, "name"]).duplicated(places, keep=False)
    collide = found.loc[spellings.index[spellings], places].drop_duplicates()
    kept = found.merge(collide, how="left", on=places, indicator="collides").query("collides == 'left_only'")
    table = kept.pivot_table(index="cell_line", columns=["drug", "release"], values="value", observed=True)
    return table.sort_index().sort_index(axis=1)
