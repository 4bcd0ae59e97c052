"""One drug of a screen: which share of each group is sensitive, and how far to believe it."""

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from bulk2cell.pl.finish import NewAxes, axes_like, finish
from bulk2cell.pl.given import Tables, find_drug, find_grouping, find_tables
from bulk2cell.report.svg import INK, MUTED, PROBABILITY, new_axes, shorten, style
from bulk2cell.screen.rate import SIGNIFICANT
from bulk2cell.trust.expect import Trust
from bulk2cell.trust.words import describe_trust

if TYPE_CHECKING:
    import anndata as ad

    from bulk2cell.artefacts.screen import ScreenTables

LETTERS = 66  # in a line of the title


def drug(
    data: "ScreenTables | ad.AnnData",
    name: str,
    *,
    by: str | None = None,
    ax: Any | None = None,
    show: bool | None = None,
    save: bool | str | None = None,
) -> Any | None:
    """Draw the share of sensitive cells of each group with its interval, coloured by the mean score, with the trust above.

    Parameters
    ----------
    data
        A screen, or cells that were screened.
    name
        Of the drug, as in the screen.
    by
        Column of obs with the groups; None: the first of the screen.
    ax, show, save
        As in scanpy's plots.

    Returns
    -------
    Axes or None
        The axes unless they were shown.

    Raises
    ------
    InputError
        If there is no screen, or no such drug or group.
    """
    tables = find_tables(data)
    find_drug(tables.drugs, name)
    grouping = find_grouping(tables.groups, by)
    with style():
        return finish(draw_drug(tables, name, grouping, axes_like(ax)), "drug", show, save)


def draw_drug(tables: Tables, name: str, by: str, new: NewAxes = new_axes) -> Any:
    """Draw one drug, the most sensitive group first."""
    facts = find_drug(tables.drugs, name)
    rows = tables.groups[(tables.groups["by"] == by) & (tables.groups["drug"] == name)]
    rows = rows.sort_values("score", ascending=False, kind="stable")
    places = np.arange(len(rows))
    axes = new(5.1, 1.6 + 0.27 * len(rows))
    axes.axvline(0.5, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    axes.hlines(places, rows["share_low"], rows["share_high"], color=MUTED, linewidth=3, alpha=0.45)
    widest = rows["score"].abs().max() or 1.0
    dots = axes.scatter(
        rows["share_sensitive"],
        places,
        c=rows["score"],
        cmap=PROBABILITY,
        vmin=-widest,
        vmax=widest,
        s=42,
        edgecolors=INK,
        linewidths=0.6,
        zorder=3,
    )
    axes.set(xlim=(-0.02, 1.02), ylim=(len(rows) - 0.5, -0.5), xlabel="share of cells called sensitive")
    axes.set_yticks(
        places, [f"{shorten(str(row.group), 24)} ({row.cells:,} cells)" for row in rows.itertuples()]
    )
    right = axes.secondary_yaxis("right")
    told = [
        f"{score:+.2f}" + (f"  FDR {fdr:.1g}" if fdr < SIGNIFICANT else "")
        for score, fdr in zip(rows["score"], rows["fdr"], strict=True)
    ]
    right.set_yticks(places, told)
    right.tick_params(length=0)
    right.spines[:].set_visible(False)
    bar = axes.figure.colorbar(dots, ax=axes, location="bottom", shrink=0.5, aspect=30, pad=0.02)
    bar.set_label("mean score (log odds), as to the right", fontsize=8)
    bar.outline.set_visible(False)
    of_trust = describe_trust(Trust(*(facts[part] for part in ("expected_auroc", "low", "high", "grade"))))
    heading = f"{shorten(name, 40)}{f' ({shorten(str(facts.target), 30)})' if facts.target else ''}"
    axes.set_title(f"{heading}\n{textwrap.fill(of_trust, LETTERS)}", loc="left", fontsize=8)
    return axes
