import numpy as np
import pandas as pd
import pytest

from bulk2cell.attribute.enrichment import enrichment


@pytest.fixture
def ranking() -> "pd.Series[float]":
    rng = np.random.default_rng(0)
    values = rng.normal(size=400)
    values[:20] += 3
    values[20:40] -= 3
    return pd.Series(values, index=[f"G{i}" for i in range(400)])


@pytest.fixture
def pathways() -> pd.DataFrame:
    members = {"UP": range(20), "DOWN": range(20, 40)} | {
        f"NULL{k}": range(40 + 20 * k, 60 + 20 * k) for k in range(10)
    }
    return pd.DataFrame(
        [(f"G{i}", name) for name, genes in members.items() for i in genes], columns=["gene", "set"]
    )


def test_planted_sets_come_first_with_their_sign(ranking: "pd.Series[float]", pathways: pd.DataFrame) -> None:
    table = enrichment(ranking, pathways, 200)
    assert list(table) == ["set", "size", "es", "nes", "p", "fdr", "leading_genes"]
    assert set(table["set"][:2]) == {"UP", "DOWN"}
    nes = table.set_index("set")["nes"]
    assert nes["UP"] > 2
    assert nes["DOWN"] < -2
    assert (table.set_index("set")["fdr"][["UP", "DOWN"]] < 0.05).all()
    assert (table["fdr"][2:] > 0.05).all()
    assert len(table) == 12
    assert (table["size"] == 20).all()
    assert set(table.set_index("set").loc["UP", "leading_genes"].split(";")) <= {f"G{i}" for i in range(20)}


def test_the_order_of_rows_changes_no_bit(ranking: "pd.Series[float]", pathways: pd.DataFrame) -> None:
    first = enrichment(ranking, pathways, 50)
    second = enrichment(ranking.sample(frac=1, random_state=1), pathways.sample(frac=1, random_state=2), 50)
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_sets_of_one_gene_and_genes_outside_the_ranking(
    ranking: "pd.Series[float]", pathways: pd.DataFrame
) -> None:
    more = pd.DataFrame(
        [("G399", "ONE"), ("STRANGER", "UP"), ("STRANGER", "NOWHERE")], columns=["gene", "set"]
    )
    table = enrichment(ranking, pd.concat([pathways, more]), 50).set_index("set")
    assert table.loc["ONE", "size"] == 1
    assert table.loc["UP", "size"] == 20
    assert "NOWHERE" not in table.index
