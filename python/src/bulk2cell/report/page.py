"""The report's page."""

from collections.abc import Sequence

import pandas as pd

from bulk2cell.report.failures import Failure, failed_pairs
from bulk2cell.report.figures.across import auroc_of_pairs
from bulk2cell.report.fill import fill
from bulk2cell.report.overview import seed_aurocs
from bulk2cell.report.overview_table import overview_table
from bulk2cell.report.records import Pair
from bulk2cell.report.sections.pair import pair_section
from bulk2cell.report.words import lead


def page(pairs: Sequence[Pair], overview: pd.DataFrame, failures: Sequence[Failure], title: str) -> str:
    """Return the page as text: the same for the same artefacts.

    Parameters
    ----------
    overview
        See `overview.overview`.
    """
    failed = failed_pairs(failures)
    return fill(
        "page.html.j2",
        kicker="bulk2cell report",
        title=title,
        lead=lead(pairs, overview, len(failed)),
        failures=failures,
        failed=failed,
        overview=overview_table(overview) if len(overview) else None,
        overview_figure=_overview_figure(pairs, overview) if len(overview) else None,
        flips=int(overview["flips"].sum()) if len(overview) else 0,
        pairs=[pair_section(pair, overview) for pair in pairs],
    )


def _overview_figure(pairs: Sequence[Pair], overview: pd.DataFrame) -> object:
    aurocs = [
        seed_aurocs(setting, regime)
        for pair in pairs
        for setting in pair.settings
        for regime in setting.scores
    ]
    return auroc_of_pairs(overview, aurocs)
