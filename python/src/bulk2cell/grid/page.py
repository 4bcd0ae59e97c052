"""The benchmark's page: one section per regime."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bulk2cell.grid.article import describe_ceilings, read_article
from bulk2cell.grid.beside_article import (
    tabulate_article_pairs,
    tabulate_pairs,
    tabulate_resources,
    tabulate_strategies,
)
from bulk2cell.grid.collect import Results
from bulk2cell.grid.forest import draw_forest
from bulk2cell.grid.grid import DEFAULT
from bulk2cell.grid.headline import (
    average_headline,
    leave_one_out_table,
    tabulate_headline,
    warn_of_few_pairs,
)
from bulk2cell.grid.ranks import rank
from bulk2cell.grid.ranks_figure import draw_ranks, tabulate_aurocs
from bulk2cell.grid.sensitivity import draw_sensitivity, tabulate_sensitivity
from bulk2cell.grid.summary import average_per_pair, select_default
from bulk2cell.methods import MODEL, methods_of_kind
from bulk2cell.regimes import REGIMES, Regime
from bulk2cell.report.failures import Failure
from bulk2cell.report.fill import fill
from bulk2cell.report.svg import Figure
from bulk2cell.report.tables import PageTable

TITLE = "Benchmark of drug response in single cells"


@dataclass(frozen=True)
class Section:
    """All results of one regime; regimes never share a table."""

    heading: str
    few: str
    flips: int
    headline: PageTable
    ranks: Figure | None
    forest: Figure
    leave_one_out: PageTable | None
    strategies: PageTable
    resources: PageTable | None
    pairs: PageTable
    curves: Figure | None


def render_page(results: Results, failures: Sequence[Failure], defaults: Mapping[str, Any]) -> str:
    """Return the page as text.

    Parameters
    ----------
    defaults
        Values of the default setting, by parameter.
    """
    scores = results.scores
    default = scores["setting"] == DEFAULT
    regimes = list(scores.loc[default, "regime"].unique())
    pairs, settings = scores["pair"].nunique(), scores["setting"].nunique()
    return fill(
        "benchmark.html.j2",
        kicker="bulk2cell benchmark",
        title=TITLE,
        lead=f"Pairs: {pairs}. Gene sets: {', '.join(scores['gene_sets'].unique())}. Strategies: "
        f"{', '.join(_strategies(scores))}. Settings of the parameters: {settings}"
        f"{'; everything but the sensitivity shows the default setting' if settings > 1 else ''}.",
        failures=failures,
        simulated=results.simulated,
        sections=[make_section(results, regime, defaults) for regime in regimes],
        ceiling=describe_ceilings(),
        article_pairs=tabulate_article_pairs(),
        source=read_article()["source"],
    )


def make_section(results: Results, regime: Regime, defaults: Mapping[str, Any]) -> Section:
    """Draw and tabulate the results of one regime."""
    rows = select_default(results.scores, regime)
    intervals = select_default(results.intervals, regime)
    flipped = (rows["method"] == MODEL) & (rows["metric"] == "auroc") & (rows["value"] < 0.5)
    constant = rows["method"].isin(methods_of_kind("constant"))
    ranks = rank(tabulate_aurocs(average_per_pair(rows[~constant], ["name"])))
    varied = tabulate_sensitivity(results.scores, regime)
    words = REGIMES[regime].words
    return Section(
        words[0].upper() + words[1:],
        warn_of_few_pairs(rows["pair"].nunique()),
        int(flipped.sum()),
        tabulate_headline(average_headline(rows), regime),
        draw_ranks(ranks) if ranks else None,
        draw_forest(rows, intervals),
        leave_one_out_table(rows),
        tabulate_strategies(rows, regime),
        tabulate_resources(rows, regime),
        tabulate_pairs(rows),
        draw_sensitivity(varied, {name: str(value) for name, value in defaults.items()})
        if len(varied)
        else None,
    )


def _strategies(scores: pd.DataFrame) -> list[str]:
    return list(scores.loc[scores["method"] == MODEL, "strategy"].unique())
