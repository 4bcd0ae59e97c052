"""How far the drugs of a screen can be trusted on its cells."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bulk2cell.pl.finish import NewAxes, axes_like, finish
from bulk2cell.pl.given import find_tables
from bulk2cell.report.svg import MUTED, new_axes, style
from bulk2cell.trust.expect import GRADES

if TYPE_CHECKING:
    import anndata as ad

    from bulk2cell.artefacts.screen import ScreenTables

COLOURS = dict(zip(GRADES, ("#1b7f4d", "#6a9a1f", "#d99a00", "#b3261e"), strict=True))


def trust(
    data: "ScreenTables | ad.AnnData",
    *,
    ax: Any | None = None,
    show: bool | None = None,
    save: bool | str | None = None,
) -> Any | None:
    """Draw the expected AUROC of every drug with its interval, coloured by grade, the highest first.

    Parameters
    ----------
    data
        A screen, or cells that were screened.
    ax, show, save
        As in scanpy's plots.

    Returns
    -------
    Axes or None
        The axes unless they were shown.

    Raises
    ------
    InputError
        If there is no screen.
    """
    drugs = find_tables(data).drugs
    with style():
        return finish(draw_trust(drugs, axes_like(ax)), "trust", show, save)


def draw_trust(drugs: pd.DataFrame, new: NewAxes = new_axes) -> Any:
    """Draw the drugs of a screen by expected AUROC."""
    axes = new(5.2, 3.0)
    ranked = drugs.sort_values("expected_auroc", ascending=False, kind="stable")
    rank = pd.Series(np.arange(1, len(ranked) + 1), ranked.index)
    axes.axhline(0.5, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    for grade, lowest in GRADES.items():
        rows = ranked[ranked["grade"] == grade]
        edges = np.ravel(rank[rows.index].to_numpy()[:, None] + [-0.5, 0.5])
        low, high, expected = (np.repeat(rows[name], 2) for name in ("low", "high", "expected_auroc"))
        axes.fill_between(edges, low, high, color=COLOURS[grade], alpha=0.18, linewidth=0)
        floor = f" (from {lowest:.2f})" if lowest else ""
        axes.plot(edges, expected, color=COLOURS[grade], linewidth=2.2, label=f"{grade}{floor}: {len(rows)}")
    axes.set(
        xlim=(0, len(ranked) + 1), ylim=(0, 1.02), xlabel="drugs, by expected AUROC", ylabel="expected AUROC"
    )
    axes.legend(loc="lower left", ncols=2)
    return axes
