"""Print the tables of docs/results.md from a results folder.

Usage: python benchmarks/real/tables.py RESULTS
"""

import sys
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.methods import MODEL
from bulk2cell.metrics import METRICS, PERMUTATION_P

SHOWN = ("auroc", "balanced_accuracy", "mcc", "accuracy", "f1")


def shown(interval: pd.DataFrame, method: str, metric: str, over: str) -> str:
    """Return mean and interval as text."""
    row = interval[
        (interval["method"] == method) & (interval["metric"] == metric) & (interval["over"] == over)
    ]
    return (
        "-"
        if row.empty
        else f"{row['mean'].iloc[0]:.2f} ({row['low'].iloc[0]:.2f} to {row['high'].iloc[0]:.2f})"
    )


def value(scores: pd.DataFrame, method: str, metric: str) -> str:
    """Return the mean over seeds as text."""
    rows = scores[(scores["method"] == method) & (scores["metric"] == metric)]
    return "-" if rows.empty else f"{rows['value'].mean():.2f}"


def main(results: Path) -> None:
    """Print one table per metric group, a row per pair and method."""
    print("| pair | method | " + " | ".join(METRICS[name].words for name in SHOWN) + " |")
    print("|---|---|" + "---|" * len(SHOWN))
    notes = []
    for folder in sorted(results.glob("*/*/scores")):
        scores = pd.read_parquet(folder / "scores.parquet")
        intervals = pd.read_parquet(folder / "intervals.parquet")
        facts = read_manifest(folder, "scores").content
        for over in ("seeds", "bootstrap"):
            cells = [shown(intervals, MODEL, metric, over) for metric in SHOWN]
            print(f"| {facts['pair']} | bulk2cell, 95 % over {over} | " + " | ".join(cells) + " |")
        learnt = intervals.loc[intervals["over"] == "bootstrap", "method"].unique()
        for method in learnt[learnt != MODEL]:
            cells = [shown(intervals, method, metric, "bootstrap") for metric in SHOWN]
            print(f"| | {method}, 95 % over bootstrap | " + " | ".join(cells) + " |")
        known = scores.loc[scores["metric"] == "auroc", "method"].unique()
        for method in known[~pd.Series(known).isin([MODEL, *learnt])]:
            print(f"| | {method} | " + " | ".join(value(scores, method, metric) for metric in SHOWN) + " |")
        cells = ", ".join(f"{number} {name}" for name, number in facts["n_cells"].items())
        p = ", ".join(
            f"{METRICS[name].words} {value(scores, MODEL, f'{PERMUTATION_P}_{name}')}"
            for name in ("auroc", "balanced_accuracy")
        )
        notes.append(
            f"- {facts['pair']}: cells: {cells}; flips: {facts['flips']}; permutation p: {p}. "
            + " ".join(facts["warnings"])
        )
    print("\n" + "\n".join(notes))
    print("\nMean AUROC over pairs (a model's, of its seeds):")
    every = pd.concat(pd.read_parquet(path) for path in sorted(results.glob("*/*/scores/scores.parquet")))
    aurocs = every[every["metric"] == "auroc"].pivot_table(index="pair", columns="method", values="value")
    for method, mean in aurocs.mean().sort_values(ascending=False).items():
        print(f"- {method}: {mean:.3f} ({aurocs[method].count()} pairs)")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
