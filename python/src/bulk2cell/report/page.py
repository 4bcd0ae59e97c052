"""The report's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bulk2cell.artefacts.screen import ScreenTables
from bulk2cell.regimes import REGIMES, Regime
from bulk2cell.report.failures import Failure, failed_pairs
from bulk2cell.report.figures.across import draw_aurocs
from bulk2cell.report.fill import fill
from bulk2cell.report.overview import seed_aurocs
from bulk2cell.report.overview_table import tabulate_overview
from bulk2cell.report.records import PairResults
from bulk2cell.report.screen_words import write_screens_lead
from bulk2cell.report.sections.pair import make_pair_section
from bulk2cell.report.sections.screen import make_screen_section
from bulk2cell.report.svg import Figure
from bulk2cell.report.tables import PageTable
from bulk2cell.report.words import write_lead


@dataclass(frozen=True)
class Overview:
    """All pairs in one regime: regimes never share a figure or a table."""

    regime: str
    figure: Figure
    table: PageTable
    flips: int


def render_page(
    pairs: Sequence[PairResults],
    screens: Mapping[str, ScreenTables],
    overview: pd.DataFrame,
    failures: Sequence[Failure],
    title: str,
) -> str:
    """Return the page as text: the same for the same artefacts.

    Parameters
    ----------
    screens
        By name.
    overview
        See `summarise_pairs`.
    """
    failed = failed_pairs(failures)
    leads = [write_screens_lead(list(screens.values()))] if screens else []
    leads += [write_lead(pairs, overview, len(failed))] if pairs or failed else []
    return fill(
        "page.html.j2",
        kicker="bulk2cell report",
        title=title,
        lead=" ".join(leads),
        failures=failures,
        failed=failed,
        screens=[
            make_screen_section(screen, name if len(screens) > 1 else "") for name, screen in screens.items()
        ],
        overviews=_overviews(pairs, overview) if len(overview) else [],
        pairs=[make_pair_section(pair, overview) for pair in pairs],
    )


def _overviews(pairs: Sequence[PairResults], overview: pd.DataFrame) -> list[Overview]:
    settings = [setting for pair in pairs for setting in pair.settings]
    found = []
    regime: Regime
    for regime in sorted(overview["regime"].unique()):
        rows = overview[overview["regime"] == regime]
        aurocs = [seed_aurocs(setting) for setting in settings if setting.scores and setting.regime == regime]
        figure, flips = draw_aurocs(rows, aurocs), int(rows["flips"].sum())
        found.append(Overview(REGIMES[regime].words, figure, tabulate_overview(rows), flips))
    return found
