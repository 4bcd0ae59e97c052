import numpy as np
import pandas as pd

from bulk2cell.report.figures.layout import draw_umaps
from bulk2cell.report.svg import Figure, new_axes, prefix_ids, style, to_panel


def clusters(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "cell": [f"c{i}" for i in range(n)],
            "space": "expression",
            "umap1": rng.normal(size=n),
            "umap2": rng.normal(size=n),
            "label": rng.choice([0.0, 1.0, np.nan], n),
            "sample": rng.choice([f"sample{i}" for i in range(30)], n),
            "probability": rng.uniform(size=n),
        }
    )


def drawn(n: int) -> Figure:
    with style():
        return draw_umaps(clusters(n))


def test_same_data_same_svg() -> None:
    assert drawn(50) == drawn(50)


def test_many_points_become_pixels_and_stay_small() -> None:
    by_label = drawn(200).panels[0]
    assert "<image" not in by_label.svg
    panels = drawn(3000).panels
    assert all("data:image/png;base64" in panel.svg for panel in panels)
    assert sum(len(panel.svg) for panel in panels) < 600_000


def test_cells_without_sample_have_no_sample_panel() -> None:
    with style():
        figure = draw_umaps(clusters(30).assign(sample=None))
    assert [panel.title for panel in figure.panels] == [
        "expression: label",
        "expression: probability of sensitive",
    ]


def test_text_is_neither_markup_nor_mathematics() -> None:
    with style():
        axes = new_axes()
        axes.set_xlabel("<b>$a_b$</b>")
        svg = to_panel(axes, "title", "alt").svg
    assert "&lt;b&gt;$a_b$&lt;/b&gt;" in svg
    assert svg.startswith("<svg")
    assert svg.endswith("</svg>")
    assert "http" not in svg


def test_ids_are_made_unique() -> None:
    svg = '<path id="a"/><use xlink:href="#a"/><g clip-path="url(#a)"/>'
    assert prefix_ids(svg, "f1-") == '<path id="f1-a"/><use xlink:href="#f1-a"/><g clip-path="url(#f1-a)"/>'
