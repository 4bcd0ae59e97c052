"""How signals combine into an expected AUROC: learnt on tissues held out, checked on each by the others and on lung lines.

Usage: python benchmarks/trust/learn.py OUT [--write]
reads OUT/tasks.parquet and OUT/lung.parquet of tasks.py, prints the tables of docs/trust.md, and with --write puts what was
learnt from all tissues into the package (trust/learnt.json).
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression, QuantileRegressor
from tasks import one_release

import bulk2cell.trust
from bulk2cell.trust.expect import GRADES

SIGNALS = ["stability", "nearby"]
SIDES = {"low": 0.1, "high": 0.9}
Learnt = dict[str, dict[str, float]]


def learn(tasks: pd.DataFrame) -> Learnt:
    """Return the lines for the mean and for both ends; a task weighs as much as its lines can tell."""
    weight = 1 / (1 / tasks["sensitive_lines"] + 1 / tasks["resistant_lines"])
    mean = LinearRegression().fit(tasks[SIGNALS], tasks["auroc"], weight)
    found = {"mean": {"intercept": mean.intercept_, **dict(zip(SIGNALS, mean.coef_, strict=True))}}
    expected = mean.predict(tasks[SIGNALS])[:, None]
    for name, share in SIDES.items():
        line = QuantileRegressor(quantile=share, alpha=0).fit(expected, tasks["auroc"])
        scaled = {signal: line.coef_[0] * value for signal, value in found["mean"].items()}
        found[name] = scaled | {"intercept": scaled["intercept"] + line.intercept_}
    return {
        name: {signal: round(float(value), 4) for signal, value in line.items()}
        for name, line in found.items()
    }


def predict(learnt: Learnt, tasks: pd.DataFrame, name: str = "mean") -> NDArray[np.float64]:
    """Return one line's values."""
    line = learnt[name]
    return np.clip(line["intercept"] + tasks[SIGNALS].to_numpy() @ [line[signal] for signal in SIGNALS], 0, 1)


def held_out_expectations(tasks: pd.DataFrame) -> pd.DataFrame:
    """Return tasks with what is expected of them by what was learnt on the other tissues."""
    parts = []
    for tissue, own in tasks.groupby("tissue"):
        learnt = learn(tasks[tasks["tissue"] != tissue])
        parts.append(own.assign(**{name: predict(learnt, own, name) for name in learnt}))
    return pd.concat(parts)


def describe(title: str, tasks: pd.DataFrame) -> None:
    """Print Spearman's correlation, the fifths and the grades."""
    by_task = tasks.groupby("task")
    print(f"\n## {title}: {len(tasks)} tasks of {by_task.ngroups} sets of cells")
    print(f"expected {tasks['mean'].mean():.3f}, mean AUROC {tasks['auroc'].mean():.3f}")
    print(f"below 0.5: {(tasks['auroc'] < 0.5).mean():.1%}")
    for name in ("mean", "spread"):
        found = np.mean([own[name].corr(own["auroc"], method="spearman") for _, own in by_task])
        print(f"Spearman with AUROC within a set of cells: {name} {found:.3f}")
    inside = tasks["auroc"].between(tasks["low"], tasks["high"]).mean()
    print(f"AUROC inside its interval: {inside:.1%}")
    rank = by_task["mean"].rank(pct=True)
    fifths = pd.cut(rank, np.linspace(0, 1, 6), labels=["lowest fifth", "2", "3", "4", "highest fifth"])
    grade = tasks["mean"].map(lambda value: next(name for name, lowest in GRADES.items() if value >= lowest))
    for parts in (fifths, grade):
        table = tasks.groupby(parts, observed=True)["auroc"].agg(
            tasks="size", auroc="mean", below_half=lambda values: (values < 0.5).mean()
        )
        table["share of all"] = table["tasks"] / len(tasks)
        table["share of those below 0.5"] = (
            table["tasks"] * table["below_half"] / (tasks["auroc"] < 0.5).sum()
        )
        print(table.round(3).to_string())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    held_out = one_release(pd.read_parquet(given.out / "tasks.parquet"))
    from_all = learn(held_out)
    describe("tissues held out, each by the others", held_out_expectations(held_out))
    lung = pd.read_parquet(given.out / "lung.parquet").dropna(subset=["auroc"]).sort_values("release")
    lung = lung.drop_duplicates("drug", keep="last")
    lung = lung.assign(**{name: predict(from_all, lung, name) for name in from_all})
    describe("five lung lines, all drugs with both classes", lung)
    describe("five lung lines, two lines or more of each class", one_release(lung))
    print(json.dumps(from_all, indent=1))
    if given.write:
        path = Path(bulk2cell.trust.__file__).parent / "learnt.json"
        path.write_text(json.dumps(from_all, indent=1) + "\n")
