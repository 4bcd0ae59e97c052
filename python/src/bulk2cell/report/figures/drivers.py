"""The genes, pathway units and gene sets behind the calls."""

import numpy as np
import pandas as pd

from bulk2cell.pl.drivers import draw_drivers, write_names
from bulk2cell.report.svg import MUTED, Panel, new_axes, to_panel

SMALLEST, SPREAD = 12.0, 100.0
DOTS = 16


def draw_strongest(table: pd.DataFrame, per_seed: pd.DataFrame, name: str, title: str) -> Panel:
    """Draw the strongest genes or units over seeds; see `pl.drivers.draw_drivers`."""
    axes, top = draw_drivers(table, per_seed, name)
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
    write_names(axes, list(top["set"].astype(str)), inside=True)
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
