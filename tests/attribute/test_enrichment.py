import gseapy
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk2cell.attribute.enrichment import find_enrichment, measure_tail

Sets = dict[str, list[str]]


def as_ranking(values: np.ndarray) -> "pd.Series[float]":
    return pd.Series(values, index=[f"G{i:04d}" for i in range(len(values))])


def as_pathways(sets: Sets) -> pd.DataFrame:
    return pd.DataFrame(
        [(gene, name) for name, genes in sets.items() for gene in genes], columns=["gene", "set"]
    )


def by_gseapy(ranking: "pd.Series[float]", sets: Sets, permutations: int) -> pd.DataFrame:
    """Return gseapy's table; genes of one value stay in the order of their names."""
    found: pd.DataFrame = gseapy.prerank(
        rnk=ranking.sort_index().sort_values(ascending=False, kind="stable"),
        gene_sets=sets,
        permutation_num=permutations,
        min_size=1,
        max_size=len(ranking),
        ascending=None,
        outdir=None,
        no_plot=True,
        threads=1,
        seed=1,
    ).res2d.set_index("Term")
    columns = {"ES": "es", "NES": "nes", "NOM p-val": "p", "FDR q-val": "fdr", "Lead_genes": "leading_genes"}
    return found.rename(columns=columns)[list(columns.values())]


def random_sets(ranking: "pd.Series[float]", sizes: list[int], rng: np.random.Generator) -> Sets:
    return {
        f"S{n}": sorted(rng.choice(ranking.index.to_numpy(), size, replace=False))
        for n, size in enumerate(sizes)
    }


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
    table = find_enrichment(ranking, pathways, 200)
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
    first = find_enrichment(ranking, pathways, 50)
    second = find_enrichment(
        ranking.sample(frac=1, random_state=1), pathways.sample(frac=1, random_state=2), 50
    )
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_sets_of_one_gene_and_genes_outside_the_ranking(
    ranking: "pd.Series[float]", pathways: pd.DataFrame
) -> None:
    more = pd.DataFrame(
        [("G399", "ONE"), ("STRANGER", "UP"), ("STRANGER", "NOWHERE")], columns=["gene", "set"]
    )
    table = find_enrichment(ranking, pd.concat([pathways, more]), 50).set_index("set")
    assert table.loc["ONE", "size"] == 1
    assert table.loc["UP", "size"] == 20
    assert "NOWHERE" not in table.index


def test_hand_computed_scores() -> None:
    ranking = pd.Series([3.0, 2.0, 1.0, -1.0, -2.0, -3.0], index=list("ABCDEF"))
    table = find_enrichment(ranking, as_pathways({"AE": ["A", "E"], "BF": ["B", "F"], "DE": ["D", "E"]}), 50)
    found = table.set_index("set")
    assert found["es"].to_dict() == pytest.approx({"AE": 3 / 5, "BF": 2 / 5 - 1, "DE": -3 / 4})
    assert found["leading_genes"].to_dict() == {"AE": "A", "BF": "F", "DE": "E;D"}


def test_a_set_at_the_very_top_scores_one_and_at_the_very_bottom_minus_one() -> None:
    ranking = as_ranking(np.linspace(1, -1, 200))
    sets = {"TOP": list(ranking.index[:10]), "BOTTOM": list(ranking.index[-10:])}
    table = find_enrichment(ranking, as_pathways(sets), 500).set_index("set")
    assert table["es"].to_dict() == pytest.approx({"TOP": 1, "BOTTOM": -1})
    assert (table["p"] == 0).all()
    assert table.loc["TOP", "leading_genes"] == ";".join(sets["TOP"])
    assert table.loc["BOTTOM", "leading_genes"] == ";".join(reversed(sets["BOTTOM"]))


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    genes=st.integers(5, 300),
    shift=st.sampled_from([0.0, 5.0, -5.0]),
    zeros=st.sampled_from([0.0, 0.3]),
)
def test_scores_and_leading_genes_are_those_of_gseapy(
    seed: int, genes: int, shift: float, zeros: float
) -> None:
    smallest = 20 if zeros else 1  # gseapy panics where its null draws a set of zeros alone
    genes += smallest
    rng = np.random.default_rng(seed)
    ranking = as_ranking((rng.normal(size=genes) + shift) * (rng.random(genes) >= zeros))
    sizes = [smallest, smallest + 1, genes - 1, *rng.integers(smallest, genes, 5)]
    sets = random_sets(ranking, sizes, rng)
    defined = {name: own for name, own in sets.items() if ranking[own].any()}
    table = find_enrichment(ranking, as_pathways(sets), 10).set_index("set").sort_index()
    assert list(table.index) == sorted(defined)
    if defined:
        expected = by_gseapy(ranking, defined, 10).loc[table.index]
        clear = [abs(sum(extremes(ranking, sets[name]))) > 1e-9 for name in table.index]
        np.testing.assert_allclose(table["es"].abs(), expected["es"].abs(), rtol=1e-12)
        np.testing.assert_array_equal(np.sign(table.loc[clear, "es"]), np.sign(expected.loc[clear, "es"]))
        leading = table["leading_genes"], expected["leading_genes"]
        np.testing.assert_array_equal(leading[0][clear], leading[1][clear])


def extremes(ranking: "pd.Series[float]", own: list[str]) -> tuple[float, float]:
    """Return the lowest and the highest point of a set's running sum; gseapy chooses between equal ones by rounding."""
    ordered = ranking.sort_index().sort_values(ascending=False, kind="stable")
    hit = ordered.index.isin(own)
    steps = np.where(hit, ordered.abs() / ordered.abs()[hit].sum(), -1 / (~hit).sum())
    return steps.cumsum().min(), steps.cumsum().max()


def test_of_equal_extremes_the_first_counts_whatever_rounding_says() -> None:
    ranking = as_ranking(np.array([6.0, 5, 4, 3, 2, 1, -1, -2, -3, -4, -5, -6]))
    names = list(ranking.sort_values(ascending=False).index)
    own = [names[0], names[11]]  # up by a half, down to minus a half, up again
    for noise in (-1e-13, 1e-13):
        moved = ranking.copy()
        moved[names[0]] *= 1 + noise
        found = find_enrichment(moved, as_pathways({"SET": own}), 10)
        assert found["es"].tolist() == pytest.approx([0.5])


@pytest.mark.parametrize("values", ["normal", "rounded", "constant", "negative"])
def test_p_and_nes_are_those_of_gseapy_within_the_noise_of_permutations(values: str) -> None:
    rng = np.random.default_rng(3)
    normal = rng.normal(size=300)
    ranking = as_ranking(
        {
            "normal": normal,
            "rounded": np.where(np.abs(normal) < 0.2, 0.25, np.round(normal * 2) / 2 + 0.25),
            "constant": np.ones(300),
            "negative": -np.abs(normal),
        }[values]
    )
    sets = random_sets(ranking, [2, 5, 5, 10, 10, 20, 20, 40, 80, 150, 250], rng)
    permutations = 3_000
    table = find_enrichment(ranking, as_pathways(sets), permutations).set_index("set")
    expected = by_gseapy(ranking, sets, permutations).loc[table.index]
    np.testing.assert_array_equal(table["es"], expected["es"])
    p = (table["p"] + expected["p"]) / 2
    fewest_of_a_sign = permutations / 4
    assert (
        np.abs(table["p"] - expected["p"]) <= 5 * np.sqrt(2 * p * (1 - p) / fewest_of_a_sign) + 1e-3
    ).all()
    np.testing.assert_allclose(table["nes"], expected["nes"], rtol=0.1)


def test_fdr_is_that_of_gseapy_within_the_noise_of_permutations() -> None:
    rng = np.random.default_rng(4)
    ranking = as_ranking(np.sort(rng.normal(size=1000))[::-1])
    sets = random_sets(ranking, list(rng.integers(5, 60, 80)), rng)
    sets |= {f"UP{n}": sorted(rng.choice(ranking.index[:300], 20, replace=False)) for n in range(10)}
    sets |= {f"DOWN{n}": sorted(rng.choice(ranking.index[-500:], 20, replace=False)) for n in range(10)}
    table = find_enrichment(ranking, as_pathways(sets), 2_000).set_index("set")
    difference = np.abs(table["fdr"] - by_gseapy(ranking, sets, 2_000).loc[table.index, "fdr"])
    assert difference.median() < 0.01
    assert difference[table["fdr"] < 0.1].max() < 0.02


def test_fdr_is_over_all_sets_whatever_their_names() -> None:
    rng = np.random.default_rng(5)
    ranking = as_ranking(rng.normal(size=200))
    sets = random_sets(ranking, [10] * 20, rng)
    renamed = {name.replace("S1", "S1__"): own for name, own in sets.items()}
    first, second = (find_enrichment(ranking, as_pathways(each), 100) for each in (sets, renamed))
    assert sorted(first["fdr"]) == sorted(second["fdr"])


def test_more_permutations_is_another_draw_and_the_same_again_is_the_same(
    ranking: "pd.Series[float]", pathways: pd.DataFrame
) -> None:
    first, again, other = (find_enrichment(ranking, pathways, number) for number in (100, 100, 101))
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    assert set(first["es"]) == set(other["es"])
    assert set(first["nes"]) != set(other["nes"])


def test_ties_stand_in_the_order_of_their_names() -> None:
    ranking = pd.Series(1.0, index=list("DCBA"))
    table = find_enrichment(ranking, as_pathways({"AB": ["B", "A"], "CD": ["D", "C"]}), 20).set_index("set")
    assert table["es"].to_dict() == {"AB": 1, "CD": -1}
    assert table["leading_genes"].to_dict() == {"AB": "A;B", "CD": "D;C"}


def test_sets_without_a_defined_score_are_left_out() -> None:
    ranking = pd.Series([2.0, 1.0, 0.0, 0.0, -1.0], index=list("ABCDE"))
    table = find_enrichment(ranking, as_pathways({"ALL": list("ABCDE"), "ZERO": ["C", "D"], "A": ["A"]}), 50)
    assert list(table["set"]) == ["A"]
    assert np.isfinite(table[["es", "nes", "p", "fdr"]]).all(axis=None)
    assert find_enrichment(ranking * 0, as_pathways({"A": ["A"]}), 50).empty


@given(
    values=st.lists(st.integers(-5, 5).filter(bool), min_size=1),
    among=st.lists(st.tuples(st.integers(-5, 5).filter(bool), st.integers(1, 3))),
)
def test_tail_share_counts(values: list[int], among: list[tuple[int, int]]) -> None:
    expected = []
    for value in values:
        same = [other for other, times in among for _ in range(times) if other * value > 0]
        expected.append(np.mean([abs(other) >= abs(value) for other in same]) if same else 1)
    others, times = np.array(among, dtype=np.int64).reshape(-1, 2).T
    found = measure_tail(np.array(values, dtype=float), others.astype(float), times)
    np.testing.assert_allclose(found, expected)
