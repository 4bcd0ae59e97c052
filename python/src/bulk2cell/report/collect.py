"""The tables in the page's folder: all pairs and settings in one file each."""

from collections.abc import Mapping, Sequence

import pandas as pd

from bulk2cell.artefacts.attributions import AttributionTable
from bulk2cell.artefacts.screen import ScreenTables
from bulk2cell.calls import SENSITIVE, UNCERTAIN
from bulk2cell.report import readings
from bulk2cell.report.agreement import average_enrichment, average_over_seeds
from bulk2cell.report.cautions import collect_cautions
from bulk2cell.report.overview import summarise_pairs
from bulk2cell.report.records import PairResults, SettingResults
from bulk2cell.report.samples import summarise_samples


def collect(pairs: Sequence[PairResults]) -> dict[str, pd.DataFrame]:
    """Return overview, scores, intervals, predictions, calls, samples, genes, pathways, enrichment and warnings by name."""
    settings = [(pair, setting) for pair in pairs for setting in pair.settings]
    return {
        "overview": summarise_pairs(pairs),
        "scores": _join([readings.scores(setting) for _, setting in settings if setting.scores]),
        "intervals": _join([readings.intervals(setting) for _, setting in settings if setting.scores]),
        "predictions": _join([_predictions(pair, setting) for pair, setting in settings]),
        "calls": _join([_calls(pair, setting) for pair, setting in settings]),
        "samples": _join([_with_names(pair, s, summarise_samples(pair, s)) for pair, s in settings]),
        "genes": _join(
            [_average(pair, s, domain, "genes") for pair, s in settings for domain in s.attributions]
        ),
        "pathways": _join(
            [_average(pair, s, domain, "pathways") for pair, s in settings for domain in s.attributions]
        ),
        "enrichment": _join(
            [_average(pair, s, domain, "enrichment") for pair, s in settings for domain in s.attributions]
        ),
        "warnings": pd.DataFrame(
            [
                {"pair": pair.name, "warning": caution.text, "source": caution.source}
                for pair in pairs
                for caution in collect_cautions(pair)
            ]
        ),
    }


def collect_screens(screens: Mapping[str, ScreenTables]) -> dict[str, pd.DataFrame]:
    """Return the drugs and the groups of all screens."""
    return {
        name: _join(
            [
                getattr(screen, name).assign(screen=of)[["screen", *getattr(screen, name)]]
                for of, screen in screens.items()
            ]
        )
        for name in ("drugs", "groups")
    }


def _join(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return (
        pd.concat(filled, ignore_index=True).drop_duplicates(ignore_index=True) if filled else pd.DataFrame()
    )


def _predictions(pair: PairResults, setting: SettingResults) -> pd.DataFrame:
    """Return one row per cell and seed."""
    tables = [readings.calls(seeds).assign(cells=cells) for cells, seeds in setting.predictions.items()]
    columns = ["seed", "cells", "cell", "probability", "call"]
    return _join([_with_names(pair, setting, table[columns]) for table in tables])


def _calls(pair: PairResults, setting: SettingResults) -> pd.DataFrame:
    """Return one row per cell: mean probability, and the fractions of seeds that call it sensitive or uncertain."""
    tables = []
    for cells, seeds in setting.predictions.items():
        table = readings.calls(seeds)
        table = table.assign(
            called_sensitive=table["call"] == SENSITIVE, uncertain=table["call"] == UNCERTAIN
        )
        means = (
            table.groupby("cell", sort=True)[["probability", "called_sensitive", "uncertain"]]
            .mean()
            .reset_index()
        )
        means.insert(0, "cells", cells)
        tables.append(_with_names(pair, setting, means.assign(seeds=len(seeds))))
    return _join(tables)


def _average(pair: PairResults, setting: SettingResults, domain: str, file: AttributionTable) -> pd.DataFrame:
    table = readings.attributions(setting.attributions[domain], file)
    if file == "enrichment":
        joined = average_enrichment(table)
    else:
        joined = average_over_seeds(table, "gene" if file == "genes" else "unit")
    joined.insert(0, "domain", domain)
    return _with_names(pair, setting, joined)


def _with_names(pair: PairResults, setting: SettingResults, table: pd.DataFrame) -> pd.DataFrame:
    names = {
        "pair": pair.name,
        "gene_sets": setting.gene_sets,
        "strategy": setting.strategy,
        "regime": setting.regime,
    }
    for place, (name, value) in enumerate(names.items()):
        table.insert(place, name, value)
    return table
