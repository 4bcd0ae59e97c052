"""Reports and benchmarks: a page and its tables."""

from collections.abc import Mapping
from typing import Literal

import pandas as pd

from bulk2cell.artefacts.folder import Draft
from bulk2cell.artefacts.spreadsheet import write_csv

LARGE = frozenset({"predictions"})  # a row per cell and seed: more than a spreadsheet opens


def write_page(
    draft: Draft, kind: Literal["report", "benchmark"], page: str, tables: Mapping[str, pd.DataFrame]
) -> None:
    """Put a page into a draft, and every table that has rows as parquet, and as csv unless it is large.

    Parameters
    ----------
    page
        The text of <kind>.html.
    tables
        By name.
    """
    (draft.folder / f"{kind}.html").write_text(page, encoding="utf-8")
    for name, table in tables.items():
        if len(table):
            table.to_parquet(draft.folder / f"{name}.parquet", index=False)
            if name not in LARGE:
                write_csv(table, draft.folder / f"{name}.csv")
