"""Warnings about a study."""

from collections.abc import Sequence

import pandas as pd

from bulk2cell.gdsc.known_drugs import name_key
from bulk2cell.gdsc.lines import line_key
from bulk2cell.parameters import Scale
from bulk2cell.printable import some


def scale_warnings(scale: Scale, declared: Scale) -> list[str]:
    """Return warnings that follow from the scale of the cells' values.

    Parameters
    ----------
    declared
        The declared scale.
    """
    found = []
    if scale == "zscore":
        origin = "declared" if declared == "zscore" else "taken, because some values are negative,"
        found.append(
            f"The cells' values are {origin} as z-scores: they are used as they are, cells and genes are not filtered, "
            "and variable genes come from the bulk lines alone."
        )
    return found


def exclusion_warnings(asked_for: Sequence[str], not_in_source: Sequence[str]) -> list[str]:
    """Return a warning if lines to exclude are not there: a misspelt name would leave a leak."""
    absent = [name for name in asked_for if name in not_in_source]
    if not absent:
        return []
    return [
        f"Not among the bulk lines, so that there was nothing to exclude: {', '.join(absent)}. Check the spelling."
    ]


def sample_warnings(samples: "pd.Series[str]", lines: "pd.Index[str]") -> list[str]:
    """Return a warning if samples of cells are called as lines that are learnt from.

    Parameters
    ----------
    samples
        Sample of each cell, missing where there is none.
    lines
        Keys of the lines.
    """
    found = [name for name in samples.dropna().unique() if line_key(str(name)) in lines]
    if not found:
        return []
    return [
        f"Samples that are called as bulk lines which are learnt from: {len(found)} ({some(found)}); if they are these "
        "lines, exclude them, or the result says nothing."
    ]


def drug_warnings(asked_for: str, found: str) -> list[str]:
    """Return a warning if the response table names the drug otherwise."""
    return (
        []
        if name_key(asked_for) == name_key(found)
        else [f"The drug {asked_for} is {found} in the response table."]
    )
