"""All that the page shows of a pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.calls import CALLS
from bulk2cell.regimes import REGIMES
from bulk2cell.report import readings
from bulk2cell.report.cautions import Caution, collect_cautions
from bulk2cell.report.figures import calls, training
from bulk2cell.report.methods import describe_methods
from bulk2cell.report.overview import is_simulated
from bulk2cell.report.provenance import tabulate_provenance
from bulk2cell.report.records import PairResults, SettingResults
from bulk2cell.report.samples import summarise_samples
from bulk2cell.report.sections.data import DataSection, make_data_section
from bulk2cell.report.sections.drivers import DriversSection, make_drivers_section
from bulk2cell.report.sections.scored import ScoredSection, make_scored_section
from bulk2cell.report.svg import Figure
from bulk2cell.report.tables import Column, PageTable, make_page_table
from bulk2cell.trust.expect import Trust
from bulk2cell.trust.words import describe_trust


@dataclass(frozen=True)
class CallsSection:
    """Calls of cells, labels or not."""

    cells: str
    figure: Figure
    counts: PageTable


@dataclass(frozen=True)
class SettingSection:
    """One strategy on one resource of gene sets."""

    setting: SettingResults
    words: str
    trust: str
    scored: ScoredSection | None
    called: Sequence[CallsSection]
    samples: PageTable | None
    drivers: Sequence[DriversSection]
    training: Figure | None
    methods: str


@dataclass(frozen=True)
class PairSection:
    """All of one pair."""

    pair: PairResults
    simulated: bool
    cautions: Sequence[Caution]
    data: Sequence[DataSection]
    settings: Sequence[SettingSection]
    provenance: Sequence[PageTable]


def make_pair_section(pair: PairResults, overview: pd.DataFrame) -> PairSection:
    """Draw and write down everything about a pair."""
    return PairSection(
        pair,
        is_simulated(pair),
        collect_cautions(pair),
        [
            make_data_section(facts, pair.study_manifests.get(gene_sets))
            for gene_sets, facts in pair.studies.items()
        ],
        [_setting(pair, setting, overview) for setting in pair.settings],
        tabulate_provenance(pair.manifests),
    )


def _setting(pair: PairResults, setting: SettingResults, overview: pd.DataFrame) -> SettingSection:
    losses = readings.history(setting)
    return SettingSection(
        setting,
        REGIMES[setting.regime].words,
        word_trust(setting),
        make_scored_section(pair, setting, setting.scores, overview) if setting.scores else None,
        [make_calls_section(cells, seeds) for cells, seeds in setting.predictions.items()],
        tabulate_samples(summarise_samples(pair, setting)),
        [make_drivers_section(seeds) for seeds in setting.attributions.values()],
        training.draw_training(losses) if len(losses) else None,
        describe_methods(pair, setting),
    )


def word_trust(setting: SettingResults) -> str:
    """Return how far the first seed can be trusted on the cells of the study; empty where that is not known."""
    first = next(iter(setting.predictions.values()), {})
    trust = first[min(first)].content["trust"] if first else None
    return describe_trust(Trust(**trust)) if trust else ""


def make_calls_section(cells: str, seeds: Mapping[int, Manifest]) -> CallsSection:
    """Draw and count the calls of some cells over seeds."""
    table = readings.calls(seeds)
    counts = (
        table.assign(**{call: table["call"] == call for call in CALLS}, cells=True)
        .groupby("seed", as_index=False)[["cells", *CALLS]]
        .sum()
    )
    columns = [Column(name, name.capitalize(), ",d") for name in ("cells", *CALLS)]
    figure = Figure(
        [calls.draw_probabilities(table)],
        "Probability of sensitive; cells in the grey band are uncertain.",
    )
    return CallsSection(
        cells,
        figure,
        make_page_table(counts, [Column("seed", "Seed"), *columns], f"Calls of {cells}", "calls"),
    )


def tabulate_samples(samples: pd.DataFrame) -> PageTable | None:
    """Return the calls by sample as a table of the page, where samples are known."""
    if samples.empty:
        return None
    shares = [("share_sensitive", "Sensitive of those called"), ("low", "from"), ("high", "to")]
    return make_page_table(
        samples,
        [
            Column("sample", "Sample"),
            *(Column(name, name.capitalize(), ",.0f") for name in ("cells", *CALLS)),
            *(Column(name, heading, ".0%") for name, heading in shares),
        ],
        "Calls by sample, averaged over seeds. The last columns are the share of the cells called that are called "
        "sensitive, and its 95 % interval over cells (Wilson), as if cells of a sample were independent.",
        "samples",
    )
