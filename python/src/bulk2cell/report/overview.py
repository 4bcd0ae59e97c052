"""One row per pair and setting: the numbers a reader looks at first."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.methods import ALL_SENSITIVE, LOGISTIC_REGRESSION, MODEL, PERMUTED_LABELS
from bulk2cell.metrics import PERMUTATION_P
from bulk2cell.report import readings
from bulk2cell.report.records import PairResults, SettingResults


def summarise_pairs(pairs: Sequence[PairResults]) -> pd.DataFrame:
    """Return the headline numbers, the constants and the baselines beside them.

    Returns
    -------
    pd.DataFrame
        pair, drug, gene_sets, strategy, regime, simulated, sensitive, resistant, unlabelled, seeds, auroc, auroc_low,
        auroc_high, interval (seeds / bootstrap / none), balanced_accuracy, mcc, accuracy, f1, coverage, accuracy_called,
        constant_accuracy, constant_f1 (all sensitive), depth_auroc (either direction), logistic_auroc,
        permutation_p (of the AUROC), permutations, flips.
    """
    rows = [
        _row(pair, setting, setting.scores) for pair in pairs for setting in pair.settings if setting.scores
    ]
    return pd.DataFrame(rows)


def is_simulated(pair: PairResults) -> bool:
    """Tell whether the cells of a pair are simulated, by its study, its models or its scores."""
    scores = [setting.scores.content for setting in pair.settings if setting.scores]
    return any(facts["simulated"] for facts in (*pair.studies.values(), *scores))


def seed_aurocs(setting: SettingResults) -> list[float]:
    """Return the model's AUROC of every seed."""
    table = readings.scores(setting)
    chosen = table[(table["method"] == MODEL) & (table["metric"] == "auroc")].sort_values("seed")
    return [float(auroc) for auroc in chosen["value"]]


def _row(pair: PairResults, setting: SettingResults, manifest: Manifest) -> dict[str, Any]:
    table = readings.scores(setting)
    counts = manifest.content["n_cells"]
    aurocs = seed_aurocs(setting)
    low, high, over = _interval(readings.intervals(setting))
    return {
        "pair": pair.name,
        "drug": pair.drug,
        "gene_sets": setting.gene_sets,
        "strategy": setting.strategy,
        "regime": setting.regime,
        "simulated": is_simulated(pair),
        **{name: counts[name] for name in ("sensitive", "resistant", "unlabelled")},
        "seeds": len(aurocs),
        "auroc": readings.value(table, MODEL, "auroc"),
        "auroc_low": low,
        "auroc_high": high,
        "interval": over,
        **{
            name: readings.value(table, MODEL, name)
            for name in ("balanced_accuracy", "mcc", "accuracy", "f1", "coverage", "accuracy_called")
        },
        "constant_accuracy": readings.value(table, ALL_SENSITIVE, "accuracy"),
        "constant_f1": readings.value(table, ALL_SENSITIVE, "f1"),
        "depth_auroc": readings.depth_auroc(table),
        "logistic_auroc": readings.value(table, LOGISTIC_REGRESSION, "auroc"),
        "permutation_p": readings.value(table, MODEL, f"{PERMUTATION_P}_auroc"),
        "permutations": readings.controls(table).get(PERMUTED_LABELS, 0),
        "flips": sum(auroc < 0.5 for auroc in aurocs),
    }


def _interval(intervals: pd.DataFrame) -> tuple[float, float, str]:
    """Return the AUROC's interval over seeds; with one seed, which has none, the bootstrap's."""
    rows = intervals[(intervals["method"] == MODEL) & (intervals["metric"] == "auroc")]
    for over in ("seeds", "bootstrap"):
        found = rows[(rows["over"] == over) & rows["low"].notna()]
        if len(found):
            return float(found["low"].iloc[0]), float(found["high"].iloc[0]), over
    return float("nan"), float("nan"), "none"
