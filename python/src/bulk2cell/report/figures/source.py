"""The source's response and labels."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from bulk2cell.report.svg import INK, RESISTANT, SENSITIVE, UNLABELLED, Figure, new_axes, to_panel

BINS = 30


def draw_source(lines: pd.DataFrame, measure: str, cuts: Mapping[str, float | None]) -> Figure:
    """Draw the histogram of the lines' response with the cuts that made the labels.

    Parameters
    ----------
    lines
        Columns response, label (1 / 0 / NaN), one row per line.
    measure
        AUC or LN_IC50.
    cuts
        sensitive_at_most, resistant_at_least, in units of the measure.
    """
    groups = (
        (lines["label"] == 1, "sensitive", SENSITIVE),
        (lines["label"].isna(), "not labelled", UNLABELLED),
        (lines["label"] == 0, "resistant", RESISTANT),
    )
    counts = {name: int(mask.sum()) for mask, name, _ in groups}
    axes = new_axes(4.4, 2.6)
    axes.hist(
        [lines.loc[mask, "response"] for mask, _, _ in groups],
        bins=list(np.histogram_bin_edges(lines["response"].dropna(), BINS)),
        stacked=True,
        color=[colour for _, _, colour in groups],
        label=[f"{name} ({counts[name]})" for _, name, _ in groups],
        edgecolor="white",
        linewidth=0.3,
    )
    for cut in {value for value in cuts.values() if value is not None}:
        axes.axvline(cut, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.set(xlabel=f"{measure} of the line (low = sensitive)", ylabel="cell lines")
    axes.figure.legend(loc="outside upper left", ncols=3, columnspacing=1, handlelength=1)
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    panel = to_panel(axes, "Response of the cell lines", f"Histogram of {measure} over cell lines: {told}")
    return Figure(
        [panel],
        f"What the model learns from: the {measure} of every cell line with expression, coloured by the label made from "
        "it; dashed lines are the cuts. The cells' own labels play no part here.",
    )
