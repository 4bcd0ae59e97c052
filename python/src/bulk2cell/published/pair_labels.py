"""Which cells of a pair are sensitive and which resistant, by the catalogue's rule."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from bulk2cell.errors import CatalogueError, InputError
from bulk2cell.published.pair import Labels
from bulk2cell.published.samples import find_accession

ROLES = ("sensitive", "resistant")


def find_role(text: str, labels: Labels) -> str:
    """Return sensitive, resistant, or nothing, as for no text.

    Raises
    ------
    CatalogueError
        If the text fits both.
    """
    fits = [role for role in ROLES if text and re.search(getattr(labels, role).match, text)]
    if len(fits) > 1:
        raise CatalogueError(
            f"{text!r} matches both sensitive and resistant; correct the catalogue's patterns"
        )
    return fits[0] if fits else ""


def label_cells(obs: pd.DataFrame, labels: Labels, annotation: Path | None) -> pd.DataFrame:
    """Return response and sample of each cell.

    Parameters
    ----------
    obs
        Index: cells; column file: the sample's name.
    labels
        The rule.
    annotation
        Table with a row per cell, if the rule needs one.

    Returns
    -------
    pd.DataFrame
        Columns response (sensitive, resistant, or empty) and sample, in the order of `obs`.

    Raises
    ------
    CatalogueError
        If no cell is sensitive or none is resistant, or the rule does not fit the table.
    InputError
        If the annotation is damaged.
    """
    if labels.by == "annotation":
        assert annotation is not None
        table = _read_annotation(annotation, obs.index, labels)
        text, sample = table[labels.column], table[labels.sample or labels.column]
    else:
        text = obs["file"].map(str) if labels.by == "file" else obs.index.to_series()
        sample = _samples(text, labels.sample) if labels.sample else obs["file"].map(find_accession)
    values = {value: find_role(value, labels) for value in text.unique()}
    response = text.map(values)
    require_both(sorted(set(response)), list(values), labels)
    return pd.DataFrame({"response": response.to_numpy(), "sample": sample.to_numpy()}, index=obs.index)


def require_both(found: Sequence[str], sought_in: Sequence[str], labels: Labels) -> None:
    """Check that both roles were found.

    Raises
    ------
    CatalogueError
        With what they were sought in.
    """
    for role in ROLES:
        if role not in found:
            where = f"column {labels.column}" if labels.by == "annotation" else f"names of {labels.by}s"
            raise CatalogueError(
                f"no {role} cell: {getattr(labels, role).match!r} matches none of the {where} "
                f"({_some(sought_in)}); print the entry with `bulk2cell pairs`, correct it, and give it by --catalogue"
            )


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:20])
    return f"{shown}, and {len(names) - 20} more" if len(names) > 20 else shown or "there are none"


def _samples(text: "pd.Series[str]", pattern: str) -> "pd.Series[str]":
    def sample(name: str) -> str:
        found = re.search(pattern, name)
        return (found[min(1, found.re.groups)] if found else "") or name

    return text.map(sample)


def _read_annotation(path: Path, cells: "pd.Index[str]", labels: Labels) -> pd.DataFrame:
    try:
        header = pd.read_csv(path, sep="\x01", nrows=0).columns[0]
        separator = "\t" if "\t" in str(header) else ","
        table = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False)
    except Exception as error:
        raise InputError(f"{path}: cut off, or no table ({error}); fetch it again") from error
    if not isinstance(table.index, pd.RangeIndex):
        table = table.reset_index()
    named: Any = labels.cell or table.columns[0]
    for column in (named, labels.column, labels.sample or labels.column):
        if column not in table:
            columns = ", ".join(map(str, table.columns))
            raise CatalogueError(f"{path.name}: no column {column!r}, only {columns}; correct the catalogue")
    table = table.drop_duplicates(named).set_index(named, drop=False)
    if not cells.isin(table.index).any():
        raise CatalogueError(
            f"{path.name}: none of its cells ({_some(list(table.index[:3]))}) is among the cells "
            f"({_some(list(cells[:3]))}); correct `cell`, the column with their names"
        )
    return table.reindex(cells).fillna("")
