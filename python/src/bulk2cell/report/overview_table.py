"""The overview as a table of the page: below each number what to compare it with."""

import pandas as pd

from bulk2cell.regimes import REGIMES
from bulk2cell.report.tables import Column, PageTable, format_value, sort_value

COLUMNS = (
    Column("pair", "Pair and drug"),
    Column("strategy", "Strategy and gene sets"),
    Column("sensitive", "Cells sensitive / resistant", ",d"),
    Column("seeds", "Seeds", "d"),
    Column("auroc", "AUROC (95 % interval)", ".2f"),
    Column("logistic_auroc", "Logistic regression AUROC", ".2f"),
    Column("depth_auroc", "Depth-only AUROC", ".2f"),
    Column("balanced_accuracy", "Balanced accuracy", ".2f"),
    Column("mcc", "MCC", ".2f"),
    Column("accuracy", "Accuracy (all-sensitive)", ".2f"),
    Column("f1", "F1 (all-sensitive)", ".2f"),
    Column("flips", "Flips", "d"),
)


def tabulate_overview(overview: pd.DataFrame) -> PageTable:
    """Return a row per pair and setting of one regime; see `summarise_pairs` for the columns."""
    words, rows = REGIMES[overview["regime"].iloc[0]].words, []
    for row in overview.itertuples():
        second = {
            "pair": f"\n{row.drug}" + ("\nsimulated" if row.simulated else ""),
            "strategy": f"\n{row.gene_sets}",
            "sensitive": f" / {row.resistant:,}",
            "auroc": "" if row.interval == "none" else f"\n{row.auroc_low:.2f} to {row.auroc_high:.2f}",
            "accuracy": f"\n({format_value(row.constant_accuracy, '.2f')})",
            "f1": f"\n({format_value(row.constant_f1, '.2f')})",
        }
        values = [getattr(row, column.name) for column in COLUMNS]
        rows.append(
            [
                (format_value(value, column.form) + second.get(column.name, ""), sort_value(value))
                for column, value in zip(COLUMNS, values, strict=True)
            ]
        )
    over = ", ".join(sorted(set(overview["interval"]) - {"none"})) or "none"
    caption = (
        f"One row per pair and model setting, {words}. Intervals: {over}. In brackets: what "
        "calling every cell sensitive gives."
    )
    return PageTable(COLUMNS, rows, caption, file="overview")
