"""AUROC of every method on every pair, with intervals."""

import pandas as pd

from bulk2cell.methods import MODEL, NO_STRATEGY, methods_of_kind
from bulk2cell.report.svg import INK, MUTED, SENSITIVE, Figure, Panel, new_axes, shorten, to_panel

ROW = 0.25
MOST_LETTERS = 44


def draw_forest(scores: pd.DataFrame, intervals: pd.DataFrame) -> Figure:
    """Draw one panel per pair.

    Parameters
    ----------
    scores, intervals
        Of the default setting in one regime, with a column name.
    """
    points = _name_rows(
        scores[(scores["metric"] == "auroc") & ~scores["method"].isin(methods_of_kind("constant"))]
    )
    bars = _name_rows(intervals[(intervals["metric"] == "auroc") & (intervals["over"] == "bootstrap")])
    panels = [
        _panel(str(pair), rows, bars[bars["pair"] == pair])
        for pair, rows in points.groupby("pair", sort=False)
    ]
    return Figure(
        panels,
        "AUROC per pair. Tick: mean over seeds; dots: seeds; bar: 95 % interval by bootstrap, samples first and cells "
        "inside them second, of the mean probability over seeds; rows without one have no bar. 0.5 (dashed) is chance; left "
        "of it the ranking points the wrong way, and no score is reversed.",
    )


def _name_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the gene sets to the names if there are several; methods without gene sets are shown once."""
    if rows["gene_sets"].nunique() < 2:
        return rows
    without = rows["strategy"] == NO_STRATEGY
    first = rows.groupby("pair")["gene_sets"].transform("first")
    named = rows.assign(name=rows["name"].where(without, rows["name"] + " · " + rows["gene_sets"]))
    return named.loc[~without | (rows["gene_sets"] == first)]


def _panel(pair: str, points: pd.DataFrame, bars: pd.DataFrame) -> Panel:
    means = points.groupby("name", sort=False)["value"].mean().sort_values(ascending=False, kind="stable")
    ends = {row.name: (row.low, row.high) for row in bars[["name", "low", "high"]].itertuples(index=False)}
    methods = dict(zip(points["name"], points["method"], strict=True))
    axes = new_axes(5.2, 0.75 + ROW * len(means))
    axes.axvline(0.5, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    for y, (name, mean) in enumerate(zip(means.index, means, strict=True)):
        colour = SENSITIVE if methods[name] == MODEL else MUTED
        if name in ends:
            axes.plot(ends[name], [y, y], color=colour, linewidth=5, alpha=0.3, zorder=2)
        seeds = points.loc[points["name"] == name, "value"]
        axes.scatter(seeds, [y] * len(seeds), s=12, color=colour, linewidths=0, alpha=0.75, zorder=3)
        axes.scatter([mean], [y], marker="|", s=90, color=INK, linewidths=1.6, zorder=4)
    axes.set_yticks(range(len(means)), [shorten(str(name), MOST_LETTERS) for name in means.index])
    axes.set(xlim=(0, 1), ylim=(len(means) - 0.4, -0.6), xlabel="AUROC")
    axes.tick_params(axis="y", length=0)
    told = "; ".join(f"{name} {mean:.2f}" for name, mean in means.items())
    return to_panel(axes, pair, f"AUROC on {pair}: {told}")
