from pathlib import Path

import anndata as ad
import numpy as np
import pytest

from bulk2cell import pl
from bulk2cell.artefacts.screen import GENERAL
from bulk2cell.errors import InputError
from bulk2cell.pl.given import Tables
from bulk2cell.pl.screen import MOST_DRUGS, arrange, choose_drugs
from bulk2cell.tl.annotation import SCREEN as SCREENED
from made_up_screen import DRUGS, GROUPS, make_screen

SCREEN = make_screen()
TABLES = Tables(SCREEN.drugs, SCREEN.groups)


def names_at(axis: object) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]  # type: ignore[attr-defined]


def test_only_trusted_drugs_are_drawn_below_general_sensitivity() -> None:
    axes = pl.screen(SCREEN, show=False)
    assert names_at(axes.yaxis) == [GENERAL, "Axitinib", "Bortezomib"]
    assert sorted(names_at(axes.xaxis)) == sorted(GROUPS)
    assert sorted(names_at(pl.screen(SCREEN, trusted=False, show=False).yaxis)[1:]) == sorted(DRUGS)
    assert names_at(pl.screen(SCREEN, drugs=["Dasatinib"], show=False).yaxis) == [GENERAL, "Dasatinib"]


def test_colours_are_specific_scores_and_dots_stand_where_groups_differ() -> None:
    axes = pl.screen(SCREEN, trusted=False, show=False)
    drugs, groups = names_at(axes.yaxis)[1:], names_at(axes.xaxis)
    drawn, general = (mesh.get_array() for mesh in axes.collections[:2])
    at = SCREEN.groups.set_index(["drug", "group"])
    for row, drug in enumerate(drugs):
        assert drawn[row].tolist() == [at.loc[(drug, group), "specific"] for group in groups]
    assert np.ravel(general).tolist() == [at.loc[(GENERAL, group), "score"] for group in groups]
    found = {(drugs[int(y)], groups[int(x)]) for x, y in axes.collections[2].get_offsets()}
    assert found == {("Axitinib", "tumour"), ("Cisplatin", "other")}
    right = axes.child_axes[0]
    assert names_at(right.yaxis)[1 + drugs.index("Cisplatin")] == "0.66 weak · KDR"


def test_the_clearest_drugs_come_first_and_no_more_than_fit() -> None:
    many = make_screen({f"drug{number:03d}": "strong" for number in range(100)})
    chosen = choose_drugs(Tables(many.drugs, many.groups), "cluster")
    assert chosen == [f"drug{number:03d}" for number in range(0, 2 * MOST_DRUGS, 2)]


def test_drugs_of_like_groups_stand_side_by_side() -> None:
    drugs = dict.fromkeys("abcdef", "strong")
    made = make_screen(drugs)
    specific, fdr, general = arrange(Tables(made.drugs, made.groups), "cluster", list(drugs))
    order = "".join(specific.index)
    assert all(abs(order.index(one) - order.index(like)) == 1 for one, like in ("ad", "be", "cf"))
    assert list(fdr.index) == list(order)
    assert list(fdr) == list(specific) == list(general.index)


def test_cells_that_were_screened_give_the_same_picture(tmp_path: Path) -> None:
    cells = ad.AnnData(np.zeros((1, 1)))
    cells.uns[SCREENED] = {"drugs": SCREEN.drugs, "groups": SCREEN.groups, "params": {}}
    cells.write_h5ad(tmp_path / "cells.h5ad")
    for screened in (cells, cells[:1], ad.read_h5ad(tmp_path / "cells.h5ad")):
        axes = pl.screen(screened, show=False)
        assert names_at(axes.yaxis) == names_at(pl.screen(SCREEN, show=False).yaxis)
        assert len(axes.collections[2].get_offsets()) == 1


def test_any_grouping_can_be_drawn_and_one_group_alone() -> None:
    two = make_screen(by=("cluster", "sample"))
    assert pl.screen(two, show=False).get_xlabel() == "groups by cluster"
    assert pl.screen(two, by="sample", show=False).get_xlabel() == "groups by sample"
    alone = pl.screen(make_screen(groups=["all"]), trusted=False, show=False)
    assert names_at(alone.xaxis) == ["all"]
    assert len(alone.collections[2].get_offsets()) == 0


def test_more_groups_than_can_be_named_are_counted() -> None:
    named, crowd = (
        pl.screen(make_screen(groups=[f"g{number}" for number in range(n)]), show=False) for n in (60, 120)
    )
    assert len(names_at(named.xaxis)) == 60
    assert names_at(crowd.xaxis) == []
    assert crowd.get_xlabel() == "groups by cluster, 120: too many to name"


def test_what_is_not_there_is_refused_in_one_line() -> None:
    for wrong, match in (
        (lambda: pl.screen(ad.AnnData(np.zeros((1, 1)))), "no screen in these data"),
        (lambda: pl.screen(SCREEN, by="nothing"), "no groups by 'nothing'.*it has cluster"),
        (lambda: pl.screen(SCREEN, drugs=["Nosuchmab"]), "no drug 'Nosuchmab'"),
        (lambda: pl.screen(make_screen({"a": "weak", "b": "do not use"})), "no drug .* strong or fair"),
    ):
        with pytest.raises(InputError, match=match):
            wrong()
    cells = ad.AnnData(np.zeros((1, 1)))
    cells.uns[SCREENED] = {"drugs": SCREEN.drugs.drop(columns="grade"), "groups": SCREEN.groups}
    with pytest.raises(InputError, match=r"\['drugs'\] lacks the columns grade"):
        pl.trust(cells)
