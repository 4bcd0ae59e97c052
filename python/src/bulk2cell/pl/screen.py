"""Which drugs set which group of cells apart: a heat map."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage

from bulk2cell.artefacts.screen import GENERAL
from bulk2cell.errors import InputError
from bulk2cell.pl.finish import NewAxes, axes_like, finish
from bulk2cell.pl.given import Tables, find_drug, find_grouping, find_tables
from bulk2cell.report.svg import INK, MUTED, PROBABILITY, is_rasterized, new_axes, shorten, style
from bulk2cell.screen.rate import SIGNIFICANT
from bulk2cell.trust.expect import USABLE

if TYPE_CHECKING:
    import anndata as ad

    from bulk2cell.artefacts.screen import ScreenTables

MOST_DRUGS = 40  # whose names can be read on one page
ROW, COLUMN, WIDEST = 0.19, 0.42, 9.0  # inches
NARROWEST = 0.11  # inches of a column that can have a name of 7 points
BAR, THICK = 1.8, 0.08  # length and height of the colour bar, inches
COLOURED = 0.98  # of the values differ in colour: one strong drug would leave all others grey
FAINTEST = 0.1  # log odds, a probability of 0.525: less is drawn as next to nothing
GAP = 0.4  # between general sensitivity and the drugs, in rows


def screen(
    data: "ScreenTables | ad.AnnData",
    *,
    by: str | None = None,
    drugs: Sequence[str] = (),
    trusted: bool = True,
    ax: Any | None = None,
    show: bool | None = None,
    save: bool | str | None = None,
) -> Any | None:
    """Draw the drug-specific part of the scores of groups and drugs, clustered.

    General sensitivity, what all drugs have in common, has a row of its own; a dot marks where the group's raw score differs
    from the other groups' at a false discovery rate below 0.05.

    Parameters
    ----------
    data
        A screen, or cells that were screened.
    by
        Column of obs with the groups; None: the first of the screen.
    drugs
        Names of the drugs; none: the 40 whose groups differ most clearly.
    trusted
        Only drugs graded strong or fair, unless `drugs` names others.
    ax, show, save
        As in scanpy's plots.

    Returns
    -------
    Axes or None
        The axes unless they were shown.

    Raises
    ------
    InputError
        If there is no screen, no such drug or group, or no trusted drug.
    """
    tables = find_tables(data)
    grouping = find_grouping(tables.groups, by)
    chosen = [str(find_drug(tables.drugs, name)["drug"]) for name in drugs] or choose_drugs(
        tables, grouping, trusted
    )
    if not chosen:
        raise InputError(
            f"no drug of this screen is graded {' or '.join(USABLE)}; trusted=False draws the others"
        )
    with style():
        return finish(draw_screen(tables, grouping, chosen, axes_like(ax)), "screen", show, save)


def choose_drugs(tables: Tables, by: str, trusted: bool = True) -> list[str]:
    """Return the drugs whose groups differ most clearly, by lowest FDR, then by expected AUROC."""
    drugs = tables.drugs[tables.drugs["grade"].isin(USABLE)] if trusted else tables.drugs
    lowest = tables.groups[tables.groups["by"] == by].groupby("drug", observed=True)["fdr"].min()
    order = drugs.assign(fdr=drugs["drug"].map(lowest).astype(float)).sort_values(
        ["fdr", "expected_auroc", "drug"], ascending=[True, False, True]
    )
    return [str(name) for name in order["drug"].head(MOST_DRUGS)]


def draw_screen(tables: Tables, by: str, chosen: Sequence[str], new: NewAxes = new_axes) -> Any:
    """Draw the heat map of some drugs, at least one."""
    specific, fdr, general = arrange(tables, by, chosen)
    rows, columns = specific.shape
    cell = min(COLUMN, WIDEST / columns)
    wide = cell * max(columns, 4)
    axes = new(3.6 + wide, 1.5 + ROW * (rows + 2))
    widest = max(float(np.nanquantile(np.abs(specific), COLOURED)), FAINTEST)
    across, down = np.arange(columns + 1), np.arange(rows + 1)
    look = {
        "cmap": PROBABILITY,
        "edgecolors": "white",
        "linewidth": 0.5 if cell > NARROWEST else 0,
        "rasterized": is_rasterized(rows * columns),
    }
    mesh = axes.pcolormesh(across, down, specific, vmin=-widest, vmax=widest, **look)
    own = max(float(np.nanmax(np.abs(general))), FAINTEST)
    axes.pcolormesh(across, [-1 - GAP, -GAP], general.to_numpy()[None], vmin=-own, vmax=own, **look)
    if cell > 0.3:
        for place, value in enumerate(general):
            ink = "white" if abs(value) > own / 2 else INK
            axes.text(
                place + 0.5, -GAP - 0.5, f"{value:+.2f}", ha="center", va="center", fontsize=7, color=ink
            )
    y, x = np.nonzero(fdr.to_numpy() < SIGNIFICANT)
    axes.scatter(x + 0.5, y + 0.5, s=9, color=INK, edgecolors="white", linewidths=0.4)
    _write_names(axes, tables, by, specific, named=cell > NARROWEST)
    bar = axes.figure.colorbar(
        mesh,
        ax=axes,
        location="bottom",
        shrink=min(BAR / wide, 1),
        aspect=BAR / THICK,
        pad=0.02,
        extend="both",
    )
    bar.set_label("drug-specific log odds (right: sensitive)", fontsize=8)
    bar.outline.set_visible(False)
    return axes


def arrange(
    tables: Tables, by: str, chosen: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, "pd.Series[float]"]:
    """Return specific scores and FDR, drugs x groups, and general sensitivity by group; like stand beside like."""
    groups = tables.groups[tables.groups["by"] == by].astype({"group": str, "drug": str})
    general = groups[groups["drug"] == GENERAL].set_index("group")["score"]
    specific, fdr = (
        groups.pivot_table(index="drug", columns="group", values=name).reindex(
            index=list(chosen), columns=general.index
        )
        for name in ("specific", "fdr")
    )
    names = specific.index[_order(specific)], specific.columns[_order(specific.T)]
    return specific.loc[names], fdr.loc[names], general.reindex(names[1])


def _order(values: pd.DataFrame) -> list[int]:
    """Return an order of the rows in which those of like direction are neighbours."""
    if len(values) < 3:
        return list(range(len(values)))
    known = values.fillna(0.0).to_numpy()
    length = np.linalg.norm(known, axis=1, keepdims=True)
    # Rounded, so that the last bits of a processor's sums do not decide between equally good orders.
    directions = np.round(known / np.where(length > 0, length, 1), 6)
    return [int(place) for place in leaves_list(linkage(directions, "average", optimal_ordering=True))]


def _write_names(axes: Any, tables: Tables, by: str, specific: pd.DataFrame, named: bool) -> None:
    """Write groups above, unless there are too many, drugs to the left, trust and target to the right."""
    rows, columns = specific.shape
    facts = tables.drugs.drop_duplicates("drug").set_index("drug").loc[specific.index]
    places = [-GAP - 0.5, *np.arange(rows) + 0.5]
    axes.set(xlim=(0, columns), ylim=(rows, -1 - GAP))
    axes.set_yticks(places, [GENERAL, *(shorten(str(name), 26) for name in specific.index)])
    names = [shorten(str(name), 24) for name in specific.columns]
    turned = {"rotation": 45, "ha": "left", "fontsize": 7} if max(map(len, names)) > 4 else {}
    axes.xaxis.tick_top()
    axes.set_xticks(np.arange(columns) + 0.5 if named else [], names if named else [], **turned)
    too_many = "" if named else f", {columns}: too many to name"
    axes.set_xlabel(f"groups by {shorten(by, 40)}{too_many}", fontsize=8)
    axes.xaxis.set_label_position("top")
    right = axes.secondary_yaxis("right")
    told = [
        f"{row.expected_auroc:.2f} {row.grade!s}" + (f" · {row.target!s}" if row.target else "")
        for row in facts.itertuples()
    ]
    right.set_yticks(places, ["expected AUROC, trust · target", *(shorten(text, 38) for text in told)])
    for each in (axes, right):
        each.tick_params(length=0)
        each.spines[:].set_visible(False)
    right.tick_params(labelcolor=MUTED, labelsize=7)
