"""The benchmark's page: one section per regime."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bulk2cell.grid.article import article, ceiling_text
from bulk2cell.grid.beside_article import (
    article_pairs_table,
    pairs_table,
    resources_table,
    strategies_table,
)
from bulk2cell.grid.collect import Results
from bulk2cell.grid.forest import forest
from bulk2cell.grid.grid import DEFAULT
from bulk2cell.grid.headline import few_text, headline, headline_table, leave_one_out_table
from bulk2cell.grid.ranks import rank
from bulk2cell.grid.ranks_figure import auroc_by_pair, diagram
from bulk2cell.grid.sensitivity import curves, sensitivity
from bulk2cell.grid.summary import of_default, per_pair
from bulk2cell.methods import MODEL, methods_of_kind
from bulk2cell.report.failures import Failure
from bulk2cell.report.fill import fill
from bulk2cell.report.svg import Figure
from bulk2cell.report.tables import PageTable
from bulk2cell.report.words import regime_text

TITLE = "Benchmark of drug response in single cells"


@dataclass(frozen=True)
class Section:
    """All results of one regime; regimes share no table."""

    regime: str
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


def page(results: Results, failures: Sequence[Failure], defaults: Mapping[str, Any]) -> str:
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
        sections=[section(results, regime, defaults) for regime in regimes],
        ceiling=ceiling_text(),
        article_pairs=article_pairs_table(),
        source=article()["source"],
    )


def section(results: Results, regime: str, defaults: Mapping[str, Any]) -> Section:
    """Draw and tabulate the results of one regime."""
    rows = of_default(results.scores, regime)
    intervals = of_default(results.intervals, regime)
    flipped = (rows["method"] == MODEL) & (rows["metric"] == "auroc") & (rows["value"] < 0.5)
    constant = rows["method"].isin(methods_of_kind("constant"))
    ranks = rank(auroc_by_pair(per_pair(rows[~constant], ["name"])))
    varied = sensitivity(results.scores, regime)
    text = regime_text(regime)
    return Section(
        regime,
        text[0].upper() + text[1:],
        few_text(rows["pair"].nunique()),
        int(flipped.sum()),
        headline_table(headline(rows), regime),
        diagram(ranks) if ranks else None,
        forest(rows, intervals),
        leave_one_out_table(rows),
        strategies_table(rows, regime),
        resources_table(rows, regime),
        pairs_table(rows),
        curves(varied, {name: str(value) for name, value in defaults.items()}) if len(varied) else None,
    )


def _strategies(scores: pd.DataFrame) -> list[str]:
    return list(scores.loc[scores["method"] == MODEL, "strategy"].unique())
