"""From matplotlib axes to inline SVG: one style, one set of colours, the same bytes for the same data."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib import rc_context
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as Canvas

SENSITIVE = "#00798c"
RESISTANT = "#d55e00"
UNLABELLED = "#b8bec6"
INK = "#1f2933"
MUTED = "#6b7480"
PROBABILITY = LinearSegmentedColormap.from_list("probability", [RESISTANT, "#cfcfcf", SENSITIVE])
SAMPLES = ("#3b5b92", "#e6a817", "#8e5aa8", "#5aa469", "#c94f7c", "#7b6d47", "#4fb3d9", "#222222")
MOST_VECTOR_POINTS = 1000

STYLE: dict[str, Any] = {
    "svg.hashsalt": "bulk2cell",
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "figure.dpi": 160,
    "savefig.dpi": 160,
}


@dataclass(frozen=True)
class Panel:
    """One picture: its title, its SVG, and its description in words."""

    title: str
    svg: str
    alt: str


@dataclass(frozen=True)
class Figure:
    """Panels that belong together, and their caption."""

    panels: Sequence[Panel]
    caption: str


def style() -> Any:
    """Return the context in which every figure is drawn."""
    return rc_context(STYLE)


def new_axes(width: float = 3.3, height: float = 2.7) -> Any:
    """Return axes on a new canvas of the given size in inches."""
    return Canvas(figsize=(width, height)).add_subplot()


def to_panel(axes: Any, title: str, alt: str) -> Panel:
    """Return the axes' canvas as a panel: SVG without prologue, date, names of groups and namespaces."""
    buffer = io.StringIO()
    axes.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = buffer.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r'<g id="[^"]*"', "<g", text)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r' xmlns(:xlink)?="[^"]*"', "", text)
    return Panel(title, text.strip(), alt)


def prefix_ids(svg: str, prefix: str) -> str:
    """Prefix the ids of an SVG, so that many fit in one page."""
    return re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{prefix}", svg)


def is_rasterized(points: int) -> bool:
    """Tell whether so many points are drawn as pixels to keep the page small."""
    return points > MOST_VECTOR_POINTS


def shorten(name: str, width: int) -> str:
    """Cut a long name so that it leaves room for the picture."""
    return name if len(name) <= width else name[: width - 1] + "…"
