"""All metrics of all methods, the constants among them."""

import pandas as pd

from bulk2cell.methods import MODEL
from bulk2cell.metrics import EITHER_WAY, METRICS, SILHOUETTE
from bulk2cell.regimes import REGIMES
from bulk2cell.report import readings
from bulk2cell.report.records import SettingResults
from bulk2cell.report.tables import Column, PageTable, format_value, sort_value


def tabulate_metrics(setting: SettingResults) -> PageTable:
    """Return a row per method, as in the scores, and a column per metric, with 95 % intervals where there are some."""
    scores, intervals = readings.scores(setting), readings.intervals(setting)
    scores = scores[scores["metric"] != SILHOUETTE]
    known = set(scores["metric"])
    metrics = {name: metric for name, metric in METRICS.items() if metric.in_table and name in known}
    over = _over(intervals)
    rows = []
    for method in scores["method"].unique():
        row: list[tuple[str, object]] = [(method, method)]
        for metric in metrics:
            value = readings.value(scores, method, metric)
            beneath = _interval(intervals, over, method, metric) or _reverse_depth(scores, method, metric)
            row.append((format_value(value, ".2f") + beneath, sort_value(value)))
        rows.append(row)
    prevalence = readings.value(scores, MODEL, "prevalence")
    low = " and ".join(metric.words for metric in metrics.values() if metric.better == "low")
    by = "over seeds" if over == "seeds" else "by bootstrap"
    caption = (
        f"All metrics ({REGIMES[setting.regime].words}), averaged over seeds or repeats. Below the averages are 95 % "
        f"intervals: {by} for {MODEL}, by bootstrap for the classifiers. Chance reaches an AUPRC of "
        f"{format_value(prevalence, '.2f')}.{f' Lower is better for {low}.' if low else ''}"
    )
    columns = [
        Column("method", "Method"),
        *(Column(name, metric.heading, ".2f") for name, metric in metrics.items()),
    ]
    return PageTable(columns, rows, caption, file="scores")


def _over(intervals: pd.DataFrame) -> str:
    of_model = intervals[
        (intervals["method"] == MODEL) & (intervals["over"] == "seeds") & intervals["low"].notna()
    ]
    return "seeds" if len(of_model) else "bootstrap"


def _interval(intervals: pd.DataFrame, over: str, method: str, metric: str) -> str:
    wanted = over if method == MODEL else "bootstrap"
    rows = intervals[
        (intervals["method"] == method) & (intervals["metric"] == metric) & (intervals["over"] == wanted)
    ]
    if rows.empty or pd.isna(rows["low"].iloc[0]):
        return ""
    return f"\n{format_value(rows['low'].iloc[0], '.2f')} to {format_value(rows['high'].iloc[0], '.2f')}"


def _reverse_depth(scores: pd.DataFrame, method: str, metric: str) -> str:
    """Return the AUROC of depth taken the other way round, where that is the better one."""
    either = readings.value(scores, method, EITHER_WAY)
    if metric != "auroc" or not either > readings.value(scores, method, "auroc"):
        return ""
    return f"\nreversed {either:.2f}"
