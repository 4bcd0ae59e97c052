"""The cells laid out in two dimensions."""

from typing import Any

import pandas as pd

from bulk2cell.report.svg import (
    PROBABILITY,
    RESISTANT,
    SAMPLES,
    SENSITIVE,
    UNLABELLED,
    Figure,
    Panel,
    is_rasterized,
    new_axes,
    shorten,
    to_panel,
)

SIZE = (3.25, 3.1)


def draw_umaps(clusters: pd.DataFrame) -> Figure:
    """Draw the UMAP of every space coloured by label, sample and probability.

    Parameters
    ----------
    clusters
        Columns cell, space, umap1, umap2, label, sample, probability.
    """
    panels = []
    for space, points in clusters.groupby("space", sort=True):
        panels += [draw_by_label(points, str(space)), draw_by_probability(points, str(space))]
        if points["sample"].notna().any():
            panels.append(draw_by_sample(points, str(space)))
    return Figure(
        panels,
        "Each point is a cell; neighbouring cells are similar, long distances mean little. In the shared code, cells should "
        "separate by label and not by sample: where the colours of label and sample coincide, the two cannot be told "
        "apart. Silhouette: 1 means well-separated labels, 0 mixed ones.",
    )


def draw_by_label(points: pd.DataFrame, space: str) -> Panel:
    """Colour the cells by label."""
    axes = _axes()
    groups = (
        (points["label"].isna(), "no label", UNLABELLED),
        (points["label"] == 0, "resistant", RESISTANT),
        (points["label"] == 1, "sensitive", SENSITIVE),
    )
    for mask, name, colour in groups:
        if mask.any():
            _scatter(axes, points[mask], name, len(points), color=colour)
    _draw_legend(axes)
    told = ", ".join(f"{int(mask.sum())} {name}" for mask, name, _ in groups)
    return to_panel(axes, f"{space}: label", f"UMAP of {space} coloured by label: {told}")


def draw_by_sample(points: pd.DataFrame, space: str) -> Panel:
    """Colour the cells by sample, the largest samples by name."""
    axes = _axes()
    sizes = points["sample"].value_counts()
    named = sorted(sizes.index[: len(SAMPLES)].astype(str))
    others = points[~points["sample"].isin(named)]
    if len(others):
        _scatter(
            axes,
            others,
            f"{points['sample'].nunique() - len(named)} others, or none",
            len(points),
            color=UNLABELLED,
        )
    for name, colour in zip(named, SAMPLES, strict=False):
        _scatter(axes, points[points["sample"] == name], shorten(name, 16), len(points), color=colour)
    _draw_legend(axes)
    return to_panel(axes, f"{space}: sample", f"UMAP of {space} coloured by sample; {len(sizes)} samples")


def draw_by_probability(points: pd.DataFrame, space: str) -> Panel:
    """Colour the cells by the probability of sensitive, mean over seeds."""
    axes = _axes()
    drawn = _scatter(
        axes, points, None, len(points), c=points["probability"], cmap=PROBABILITY, vmin=0, vmax=1
    )
    bar = axes.figure.colorbar(
        drawn, ax=axes, orientation="horizontal", location="bottom", shrink=0.6, aspect=25, ticks=[0, 0.5, 1]
    )
    bar.outline.set_visible(False)
    mean = points["probability"].mean()
    return to_panel(
        axes,
        f"{space}: probability of sensitive",
        f"UMAP of {space} coloured by probability of sensitive; mean {mean:.2f}",
    )


def _axes() -> Any:
    axes = new_axes(*SIZE)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    return axes


def _scatter(axes: Any, points: pd.DataFrame, name: str | None, total: int, **colours: Any) -> Any:
    size = 9 if total < 500 else 5 if total < 2000 else 3
    return axes.scatter(
        points["umap1"],
        points["umap2"],
        s=size,
        linewidths=0,
        alpha=0.75,
        label=name,
        rasterized=is_rasterized(total),
        **colours,
    )


def _draw_legend(axes: Any) -> None:
    axes.figure.legend(
        loc="outside lower center", ncols=3, markerscale=2.2, handletextpad=0.1, columnspacing=0.8
    )
