"""Print the tables of docs/results.md from the table of transfer.py or ablation.py.

Usage: python benchmarks/real/transfer_tables.py OUT/transfer.parquet [REFERENCE]
"""

import sys
from pathlib import Path

import pandas as pd
from scipy import stats


def interval(values: "pd.Series[float]") -> str:
    """Return mean and 95 % t-interval over tasks."""
    half = stats.t.ppf(0.975, len(values) - 1) * values.sem()
    return f"{values.mean():+.3f} ({values.mean() - half:+.3f} to {values.mean() + half:+.3f})"


def by_target(tasks: pd.DataFrame, metric: str) -> None:
    """Print the mean over tasks per set of cells, one column per method."""
    table = tasks.pivot_table(index="target", columns="method", values=metric, sort=False)
    number = tasks.groupby("target", sort=False)["drug"].nunique()
    print(f"\n{metric}, mean over seeds, then over drugs\n")
    print("| cells | drugs | " + " | ".join(table.columns) + " |")
    print("|---|---|" + "---|" * len(table.columns))
    for target, row in table.iterrows():
        print(f"| {target} | {number[target]} | " + " | ".join(f"{value:.3f}" for value in row) + " |")
    every = tasks.groupby("method", sort=False)[metric].mean()[table.columns]
    print(f"| **all tasks** | {number.sum()} | " + " | ".join(f"{value:.3f}" for value in every) + " |")
    sets = table.mean()
    print("| **mean of the sets** | | " + " | ".join(f"{value:.3f}" for value in sets) + " |")


def differences(tasks: pd.DataFrame, metric: str, reference: str) -> None:
    """Print how far the reference is from each other method, paired by task."""
    wide = tasks.pivot_table(index=["target", "drug"], columns="method", values=metric, sort=False)
    print(f"\n{metric}: {reference} minus the other, over {len(wide)} tasks (95 %); tasks won\n")
    for method in wide.columns.drop(reference):
        gap = wide[reference] - wide[method]
        print(f"- {method}: {interval(gap)}; {int((gap > 0).sum())} of {len(gap)}")


def main(table: Path, reference: str) -> None:
    """Print all tables."""
    rows = pd.read_parquet(table)
    tasks = rows.groupby(["target", "drug", "method"], sort=False, as_index=False)[
        ["auroc", "balanced_accuracy"]
    ].mean()
    for metric in ("auroc", "balanced_accuracy"):
        by_target(tasks, metric)
        differences(tasks, metric, reference)
    below = rows[rows["method"] == reference].groupby(["target", "drug"])["auroc"].mean() < 0.5
    print(f"\n{reference}: AUROC below 0.5 in {int(below.sum())} of {len(below)} tasks (never reversed)")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "ridge_pathways")
