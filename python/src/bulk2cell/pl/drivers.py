"""The genes or pathways that drive a model's calls: bars."""

from typing import Any

import pandas as pd

from bulk2cell.errors import InputError
from bulk2cell.pl.finish import NewAxes, axes_like, finish
from bulk2cell.report.svg import INK, MUTED, RESISTANT, SENSITIVE, new_axes, shorten, style

BARS = 24
BARS_WITH_NAMES_INSIDE = 15
LONGEST_AT_TICKS = 14


def drivers(
    table: pd.DataFrame,
    *,
    ax: Any | None = None,
    show: bool | None = None,
    save: bool | str | None = None,
) -> Any | None:
    """Draw the strongest genes or pathway units of an attribution, to the right where more of it speaks for sensitive.

    Parameters
    ----------
    table
        Genes or pathways: a column gene or unit, and signed.
    ax, show, save
        As in scanpy's plots.

    Returns
    -------
    Axes or None
        The axes unless they were shown.

    Raises
    ------
    InputError
        If it is no such table.
    """
    names = [name for name in ("gene", "unit") if name in table]
    if len(names) != 1 or "signed" not in table or table.empty:
        raise InputError(
            "table: no attributions of genes or pathways; give genes or pathways of what bulk2cell.tl.attribute returns"
        )
    strongest = table.sort_values("signed", key=abs, ascending=False, kind="stable")
    with style():
        axes, _ = draw_drivers(strongest, strongest, names[0], axes_like(ax))
        return finish(axes, "drivers", show, save)


def draw_drivers(
    table: pd.DataFrame, per_seed: pd.DataFrame, name: str, new: NewAxes = new_axes
) -> tuple[Any, pd.DataFrame]:
    """Draw the strongest genes or units as bars, and return the axes with the rows that are drawn.

    Parameters
    ----------
    table
        Mean over seeds: `name`, signed; the strongest first.
    per_seed
        `name`, signed, seed; drawn as dots if there are several seeds.
    name
        gene or unit.
    """
    inside = table[name].astype(str).str.len().max() > LONGEST_AT_TICKS
    top = table.head(BARS_WITH_NAMES_INSIDE if inside else BARS).sort_values("signed", ascending=False)
    axes = new(4.8 if inside else 4.2, 0.8 + (0.31 if inside else 0.2) * len(top))
    colours = [SENSITIVE if value > 0 else RESISTANT for value in top["signed"]]
    axes.barh(range(len(top)), top["signed"], height=0.36 if inside else 0.72, color=colours, alpha=0.85)
    if len(per_seed) > len(table):
        dots = per_seed[per_seed[name].isin(top[name])]
        places = dots[name].map({gene: y for y, gene in enumerate(top[name])})
        axes.scatter(dots["signed"], places, s=5, color=INK, linewidths=0, alpha=0.6, zorder=3)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.set(
        ylim=(len(top) - 0.4, -0.9 if inside else -0.6), xlabel="signed attribution to the sensitive logit"
    )
    write_names(axes, list(top[name].astype(str)), inside)
    return axes, top


def write_names(axes: Any, names: list[str], inside: bool) -> None:
    """Write the names at the ticks or, where they are long, above their rows."""
    if not inside:
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(axis="y", length=0)
        return
    axes.set_yticks(range(len(names)), [""] * len(names))
    axes.tick_params(axis="y", length=0)
    for y, name in enumerate(names):
        axes.text(
            0.01, y - 0.45, shorten(name, 60), transform=axes.get_yaxis_transform(), fontsize=7.5, va="center"
        )
