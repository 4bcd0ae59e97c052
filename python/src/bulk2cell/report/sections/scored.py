"""Results on labelled cells."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.parameters import EvaluateParameters, take
from bulk2cell.report import readings
from bulk2cell.report.figures import discrimination, layout
from bulk2cell.report.metrics_table import tabulate_metrics
from bulk2cell.report.records import PairResults, SettingResults
from bulk2cell.report.svg import Figure
from bulk2cell.report.tables import PageTable
from bulk2cell.report.words import write_headline


@dataclass(frozen=True)
class ScoredSection:
    """Results on labelled cells."""

    headline: str
    figure: Figure
    layout: Figure | None
    silhouettes: Mapping[str, float]
    metrics: PageTable


def make_scored_section(
    pair: PairResults, setting: SettingResults, manifest: Manifest, overview: pd.DataFrame
) -> ScoredSection:
    """Draw and write down a setting's results on labelled cells."""
    wanted = {
        "pair": pair.name,
        "gene_sets": setting.gene_sets,
        "strategy": setting.strategy,
        "regime": setting.regime,
    }
    row = overview[(overview[list(wanted)] == pd.Series(wanted)).all(axis=1)].iloc[0]
    points = readings.clusters(setting)
    bins = take(EvaluateParameters, manifest.parameters).calibration_bins
    return ScoredSection(
        write_headline({str(name): value for name, value in row.items()}),
        discrimination.draw_discrimination(readings.cells(setting), setting.regime, bins),
        layout.draw_umaps(points) if len(points) else None,
        readings.silhouettes(setting),
        tabulate_metrics(setting),
    )
