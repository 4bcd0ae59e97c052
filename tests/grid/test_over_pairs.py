import pandas as pd
import pytest

from bulk2cell.grid.headline import average_headline, tabulate_headline, warn_of_few_pairs
from bulk2cell.grid.sensitivity import tabulate_sensitivity
from bulk2cell.grid.summary import average_over_pairs, average_per_pair, select_default

COLUMNS = [
    "setting",
    "parameter",
    "parameter_value",
    "pair",
    "strategy",
    "gene_sets",
    "seed",
    "regime",
    "method",
]
DEFAULT = ("default", "-", "-")
OTHER = ("hvg=100", "hvg", "100")


def scores(*rows: tuple[tuple[str, str, str], str, str, int, float], regime: str = "B") -> pd.DataFrame:
    """Return AUROCs of base_ae: setting, pair, gene sets, seed, value."""
    table = [
        (*setting, pair, "base_ae", sets, seed, regime, "bulk2cell", value)
        for setting, pair, sets, seed, value in rows
    ]
    return pd.DataFrame(table, columns=[*COLUMNS, "value"]).assign(metric="auroc")


TWO_PAIRS = scores(
    (DEFAULT, "first", "go", 1, 0.6),
    (DEFAULT, "first", "go", 2, 0.8),
    (DEFAULT, "first", "hallmark", 1, 0.9),
    (DEFAULT, "second", "go", 1, 0.4),
    (OTHER, "first", "go", 1, 0.1),
)


def test_seeds_are_averaged_then_gene_sets_then_pairs() -> None:
    values = average_per_pair(select_default(TWO_PAIRS, "B"), ["name"])
    assert values["value"].tolist() == pytest.approx([0.8, 0.4])
    row = average_over_pairs(values, ["name"]).iloc[0]
    assert (row["name"], row["n"]) == ("bulk2cell: base_ae", 2)
    assert row["mean"] == pytest.approx(0.6)
    assert (row["low"], row["high"]) == (0, 1)  # 0.6 -+ 12.7 x 0.2, cut to what an AUROC can be


def test_regimes_are_not_mixed() -> None:
    both = pd.concat([TWO_PAIRS, TWO_PAIRS.assign(regime="C", value=1.0)])
    assert average_headline(select_default(both, "C"))["mean"].tolist() == [1.0]
    assert average_headline(select_default(both, "B"))["mean"].tolist() == pytest.approx([0.6])


def test_the_best_method_stands_first_and_one_without_auroc_last() -> None:
    rows = select_default(TWO_PAIRS, "B")
    other = rows.assign(name="new method", value=0.95)
    without = rows.assign(name="calls only", metric="mcc", value=0.1)
    table = tabulate_headline(average_headline(pd.concat([without, rows, other])), "B")
    assert [row[0][0] for row in table.rows] == ["new method", "bulk2cell: base_ae", "calls only"]
    assert table.rows[2][2][0] == "–"


def test_the_default_stands_beside_every_parameters_values() -> None:
    more = scores((("dropout=0.1", "dropout", "0.1"), "first", "go", 1, 0.2))
    table = tabulate_sensitivity(pd.concat([TWO_PAIRS, more]), "B")
    found = {(row.parameter, row.setting): row.mean for row in table.itertuples()}
    assert found == {
        ("hvg", "hvg=100"): pytest.approx(0.1),
        ("hvg", "default"): pytest.approx(0.6),
        ("dropout", "dropout=0.1"): pytest.approx(0.2),
        ("dropout", "default"): pytest.approx(0.6),
    }


def test_few_pairs_are_called_few() -> None:
    assert "no interval" in warn_of_few_pairs(1)
    assert "even five is few" in warn_of_few_pairs(5)
    assert "few" not in warn_of_few_pairs(6)
