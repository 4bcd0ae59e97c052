import pytest

from bulk2cell.fetch.catalogue import catalogue
from bulk2cell.grid.article import (
    describe_ceilings,
    find_ceiling,
    read_article,
    resource_of,
    score_article_constants,
)
from bulk2cell.strategies import NETWORKS, STRATEGIES


def test_the_ceiling_is_reached_by_calling_all_sensitive() -> None:
    # 3 sensitive, 1 resistant, all called sensitive: A = 3/4, F1 = 6/7
    assert find_ceiling(3 / 4) == pytest.approx(6 / 7)
    assert (find_ceiling(0), find_ceiling(1)) == (0, 1)


def test_ceilings_of_the_articles_rows_by_hand() -> None:
    rows = {**read_article()["strategies"], **read_article()["resources"]}
    found = {name: round(find_ceiling(row["accuracy"]), 4) for name, row in rows.items()}
    assert found == {
        "base_ae": 0.4587,
        "adv_ae": 0.6250,
        "base_share_ae": 0.5227,
        "adv_share_ae": 0.7086,
        "share_ae_pathways": 0.8325,
        "go_bp": 0.8413,
        "reactome": 0.8304,
        "hallmark": 0.8208,
    }
    assert all(row["f1"] <= find_ceiling(row["accuracy"]) for row in rows.values())


def test_the_text_says_who_sits_at_the_ceiling_and_who_does_not() -> None:
    assert "share AE + pathways, GO, Reactome, Hallmark are within 0.01" in describe_ceilings()
    assert "base AE (0.38), adv AE (0.29), base share AE (0.28), adv share AE (0.19)" in describe_ceilings()


def test_the_names_are_ours() -> None:
    assert list(read_article()["strategies"]) == [
        name for name, strategy in STRATEGIES.items() if strategy.family == NETWORKS
    ]
    assert set(read_article()["resources"]) <= set(catalogue())


@pytest.mark.parametrize(
    ("gene_sets", "name"),
    [
        ("reactome", "Reactome"),
        ("c2.cp.reactome.v2023.1.Hs.symbols", "Reactome"),
        ("c5.go.bp.v2023.1.Hs.symbols", "GO"),
        ("Hallmark", "Hallmark"),
        ("h.all.v2022.1.Hs.symbols", "Hallmark"),
        ("c5.go.cc.v2023.1.Hs.symbols", None),
        ("reactome_mine", None),
    ],
)
def test_the_articles_resource_is_known_by_its_files_name(gene_sets: str, name: str | None) -> None:
    found = resource_of(gene_sets)
    assert (found["name"] if found else None) == name


def test_constants_on_the_articles_pairs_by_hand() -> None:
    table = score_article_constants()
    of_all = table[table["method"] == "all sensitive"].set_index("pair")
    cisplatin = of_all.loc["GSE117872_cisplatin"]
    assert cisplatin["accuracy"] == pytest.approx(950 / 1302)
    assert cisplatin["f1"] == pytest.approx(2 * 950 / (2 * 950 + 352))
    assert of_all["accuracy"].mean() == pytest.approx(0.4881, abs=1e-4)
    assert of_all["f1"].mean() == pytest.approx(0.6412, abs=1e-4)
    resistant = table[table["method"] == "all resistant"]
    assert resistant["accuracy"].mean() == pytest.approx(1 - 0.4881, abs=1e-4)
    assert (resistant["f1"] == 0).all()
