"""Results on labelled cells."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from bulk2cell.report import readings
from bulk2cell.report.figures import discrimination, layout
from bulk2cell.report.metrics_table import metrics_table
from bulk2cell.report.records import Pair, Setting
from bulk2cell.report.svg import Figure
from bulk2cell.report.tables import PageTable
from bulk2cell.report.words import headline, regime_text


@dataclass(frozen=True)
class ScoredSection:
    """Results on labelled cells in one regime."""

    regime: str
    headline: str
    figure: Figure
    layout: Figure | None
    silhouettes: Mapping[str, float]
    metrics: PageTable


def scored_section(pair: Pair, setting: Setting, regime: str, overview: pd.DataFrame) -> ScoredSection:
    """Draw and write down a setting's results on labelled cells."""
    wanted = {
        "pair": pair.name,
        "gene_sets": setting.gene_sets,
        "strategy": setting.strategy,
        "regime": regime,
    }
    row = overview[(overview[list(wanted)] == pd.Series(wanted)).all(axis=1)].iloc[0]
    points = readings.clusters(setting, regime)
    return ScoredSection(
        regime_text(regime),
        headline({str(name): value for name, value in row.items()}),
        discrimination.discrimination(readings.cells(setting, regime), regime),
        layout.umaps(points) if len(points) else None,
        readings.silhouettes(setting, regime),
        metrics_table(setting, regime),
    )
