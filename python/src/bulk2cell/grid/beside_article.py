"""Accuracy and F1 compared with the article's and with the constant predictors."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from bulk2cell.grid.article import find_ceiling, read_article, resource_of, score_article_constants
from bulk2cell.grid.summary import average_over_pairs, average_per_pair, widen
from bulk2cell.methods import ALL_RESISTANT, ALL_SENSITIVE, MODEL, methods_of_kind
from bulk2cell.regimes import Regime
from bulk2cell.report.tables import Column, PageTable, make_page_table
from bulk2cell.strategies import STRATEGIES

THE_ARTICLES_REGIME: Regime = "B"
HERE = (
    Column("pairs", "Pairs", "d"),
    Column("accuracy", "Accuracy here", ".3f"),
    Column("f1", "F1 here", ".3f"),
)
THERE = (
    Column("article_accuracy", "Accuracy in the article", ".3f"),
    Column("article_f1", "F1 in the article", ".3f"),
    Column("ceiling", "Ceiling of that F1, 2A / (1 + A)", ".3f"),
)


def tabulate_strategies(rows: pd.DataFrame, regime: str) -> PageTable:
    """Return a row per strategy and constant predictor: means over pairs, and the article's.

    Parameters
    ----------
    rows
        Scores of the default setting in one regime.
    """
    here = _means(rows[rows["method"] == MODEL], "strategy")
    here.sort(key=lambda row: list(STRATEGIES).index(row["row"]))
    return make_page_table(
        _join_article([*here, *_constants(rows)], read_article()["strategies"], regime),
        [Column("row", "Strategy"), *HERE, *THERE],
        "Strategies: means over pairs. The article's means are over its five pairs; what constant predictors score there "
        "follows from its numbers of cells.",
    )


def tabulate_resources(rows: pd.DataFrame, regime: str) -> PageTable | None:
    """Return a row per gene-set collection and constant predictor, for the network with gene sets if it was run."""
    strategy = read_article()["strategy_of_resources"]
    chosen = rows[(rows["method"] == MODEL) & (rows["strategy"] == strategy)]
    if chosen.empty:
        return None
    there = {name: resource_of(name) for name in chosen["gene_sets"].unique()}
    return make_page_table(
        _join_article([*_means(chosen, "gene_sets"), *_constants(rows)], there, regime),
        [Column("row", "Gene sets"), *HERE, *THERE],
        f"Gene-set collections, strategy {strategy}: means over pairs.",
    )


def tabulate_pairs(rows: pd.DataFrame) -> PageTable:
    """Return a row per pair and strategy, with both constants on that pair."""
    values = average_per_pair(rows[rows["method"] == MODEL], ["strategy"])
    table = widen(values, ["pair", "strategy"], "value")
    for constant, short in ((ALL_SENSITIVE, "sensitive"), (ALL_RESISTANT, "resistant")):
        beside = widen(average_per_pair(rows[rows["method"] == constant], ["method"]), ["pair"], "value")
        table = table.merge(beside[["pair", "accuracy", "f1"]], on="pair", suffixes=("", f"_{short}"))
    return make_page_table(
        table,
        [
            Column("pair", "Pair"),
            Column("strategy", "Strategy"),
            Column("accuracy", "Accuracy", ".3f"),
            Column("f1", "F1", ".3f"),
            Column("accuracy_sensitive", "Accuracy, all sensitive", ".3f"),
            Column("f1_sensitive", "F1, all sensitive", ".3f"),
            Column("accuracy_resistant", "Accuracy, all resistant", ".3f"),
            Column("f1_resistant", "F1, all resistant", ".3f"),
        ],
        "Pairs: means over seeds and gene sets, compared with one call for all cells.",
    )


def tabulate_article_pairs() -> PageTable:
    """Return what calling every cell sensitive scores on the article's pairs, and the article's own means."""
    constants = score_article_constants()
    table = constants[constants["method"] == ALL_SENSITIVE].drop(columns="method")
    mean = {
        "pair": "mean of the five, all sensitive",
        "accuracy": table["accuracy"].mean(),
        "f1": table["f1"].mean(),
    }
    best = read_article()["strategies"][read_article()["strategy_of_resources"]]
    claimed = {**best, "pair": f"the article's mean, {best['name']}"}
    rows = pd.DataFrame([*table.to_dict("records"), mean, claimed]).drop(columns="name")
    for cells in ("sensitive", "resistant"):
        rows[cells] = [None if pd.isna(count) else f"{count:,.0f}" for count in rows[cells]]
    return make_page_table(
        rows,
        [
            Column("pair", "Pair of the article"),
            Column("sensitive", "Sensitive cells"),
            Column("resistant", "Resistant cells"),
            Column("accuracy", "Accuracy, all sensitive", ".3f"),
            Column("f1", "F1, all sensitive", ".3f"),
        ],
        "The article's pairs: what calling every cell sensitive scores on them, from its numbers of cells.",
    )


def _means(rows: pd.DataFrame, by: str) -> list[dict[str, Any]]:
    chosen = rows[rows["metric"].isin(["accuracy", "f1"])]
    table = widen(average_over_pairs(average_per_pair(chosen, [by]), [by]), [by, "n"])
    return [
        {"row": row[by], "pairs": row["n"], "accuracy": row["accuracy"], "f1": row["f1"]}
        for row in table.to_dict("records")
    ]


def _constants(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return _means(rows[rows["method"].isin(methods_of_kind("constant"))], "method")


def _join_article(here: Sequence[dict[str, Any]], there: dict[str, Any], regime: str) -> pd.DataFrame:
    """Put the article's row of the same name beside ours; its models saw the cells without labels."""
    constants: dict[Any, Any] = (
        score_article_constants().groupby("method")[["accuracy", "f1"]].mean().to_dict("index")
    )
    quotable: dict[str, Any] = {**there, **constants} if regime == THE_ARTICLES_REGIME else {}
    table = []
    for row in here:
        claimed = quotable.get(row["row"])
        quoted = {
            "article_accuracy": claimed["accuracy"] if claimed else float("nan"),
            "article_f1": claimed["f1"] if claimed else float("nan"),
            "ceiling": find_ceiling(claimed["accuracy"]) if claimed else float("nan"),
        }
        table.append({**row, **quoted})
    return pd.DataFrame(table)
