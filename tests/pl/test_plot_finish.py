from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import scanpy as sc

from bulk2cell import pl
from made_up_screen import make_screen

SCREEN = make_screen()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    before = sc.settings.figdir, sc.settings.autoshow
    sc.settings.figdir = tmp_path / "figures"
    yield tmp_path / "figures"
    sc.settings.figdir, sc.settings.autoshow = before
    plt.close("all")


@pytest.mark.parametrize(
    ("save", "name"), [(True, "trust.pdf"), ("_lung.svg", "trust_lung.svg"), ("_v1.2", "trust_v1.2.pdf")]
)
def test_a_figure_is_saved_where_scanpy_saves_its_own(folder: Path, save: bool | str, name: str) -> None:
    axes = pl.trust(SCREEN, save=save, show=False)
    assert [file.name for file in folder.iterdir()] == [name]
    assert axes.figure.number not in plt.get_fignums()


def test_axes_are_returned_unless_they_are_shown(folder: Path) -> None:
    assert pl.trust(SCREEN, show=False).figure.number in plt.get_fignums()
    assert pl.trust(SCREEN, show=True) is None
    assert pl.trust(SCREEN) is None
    sc.settings.autoshow = False
    assert pl.trust(SCREEN) is not None
    assert not folder.exists()


def test_axes_of_ones_own_are_drawn_on() -> None:
    figure, (left, right) = plt.subplots(1, 2)
    assert pl.trust(SCREEN, ax=left, show=False) is left
    assert pl.drug(SCREEN, "Axitinib", ax=right, show=False) is right
    assert left.get_ylabel() == "expected AUROC"
    assert plt.get_fignums() == [figure.number]
