"""The genes, pathway units and gene sets behind the calls."""

from typing import Any

import numpy as np
import pandas as pd

from bulk2cell.report.svg import INK, MUTED, RESISTANT, SENSITIVE, Panel, new_axes, shorten, to_panel

BARS = 24
BARS_WITH_NAMES_INSIDE = 15
LONGEST_AT_TICKS = 14
SMALLEST, SPREAD = 12.0, 100.0
DOTS = 16


def draw_strongest(table: pd.DataFrame, per_seed: pd.DataFrame, name: str, title: str) -> Panel:
    """Draw the strongest genes or units as bars, to the right where more of it speaks for sensitive.

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
    axes = new_axes(4.8 if inside else 4.2, 0.8 + (0.31 if inside else 0.2) * len(top))
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
    _write_names(axes, list(top[name].astype(str)), inside)
    told = ", ".join(
        f"{gene} {value:+.3g}" for gene, value in zip(top[name].head(5), top["signed"].head(5), strict=True)
    )
    return to_panel(axes, title, f"{title}: from sensitive to resistant {told}")


def draw_enrichment(table: pd.DataFrame) -> Panel:
    """Draw the gene sets of lowest FDR: normalised enrichment score, FDR and size.

    Parameters
    ----------
    table
        set, size, nes, fdr; sorted by FDR.
    """
    top = table.dropna(subset=["nes"]).head(DOTS).sort_values("nes", ascending=False)
    axes = new_axes(5.6, 1.2 + 0.32 * len(top))
    strength = -np.log10(np.maximum(top["fdr"].to_numpy(dtype=float), 1e-3))
    drawn = axes.scatter(
        top["nes"],
        range(len(top)),
        s=SMALLEST + SPREAD * top["size"] / table["size"].max(),
        c=strength,
        cmap="viridis_r",
        vmin=0,
        vmax=3,
    )
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.grid(axis="y", color="#e8ebee", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set(
        ylim=(len(top) - 0.4, -0.9), xlabel="normalised enrichment score (right: sensitive, left: resistant)"
    )
    axes.margins(x=0.1)
    _write_names(axes, list(top["set"].astype(str)), inside=True)
    bar = axes.figure.colorbar(drawn, ax=axes, shrink=0.5, aspect=18, ticks=[0, 1, 2, 3], label="FDR")
    bar.ax.set_yticklabels(["1", "0.1", "0.01", "≤ 0.001"])
    bar.outline.set_visible(False)
    largest = table["size"].max()
    dots = drawn.legend_elements(
        "sizes", num=3, fmt="{x:.0f}", func=lambda s: (s - SMALLEST) / SPREAD * largest, color=MUTED
    )
    axes.figure.legend(*dots, loc="outside upper right", ncols=3, title="genes in the set", handletextpad=0.1)
    told = ", ".join(
        f"{row.set} (NES {row.nes:.2f}, FDR {row.fdr:.3g})" for row in table.head(3).itertuples()
    )
    return to_panel(axes, "Enriched gene sets", f"Gene sets of lowest FDR: {told}")


def _write_names(axes: Any, names: list[str], inside: bool) -> None:
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
