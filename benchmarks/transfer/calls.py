"""How many cells are called, and how many of them right, by the width of the uncertain band.

Usage: OMP_NUM_THREADS=1 python benchmarks/transfer/calls.py DATA OUT [--repeats 2]

DATA holds gdsc/. The targets are those of harder.py, and the model is the default, trained drug by drug. The width comes
from left-out lines (`bulk2cell.calls.find_width`), as a distance in log odds, as in the package, or as the share of
the cells that are nearest to the threshold; beside them a fixed band of 0.1 around a probability of 0.5, and no band. Writes
OUT/calls.parquet (a row per target, drug, rate and band) and prints the tables.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from candidates import denoised
from harder import draw_hard_targets
from targets import Matrix, Target, read_screen

from bulk2cell.calls import find_width
from bulk2cell.model.temperature import fit_temperature
from bulk2cell.parameters import LossParameters, StudyParameters
from bulk2cell.ridge.left_out import leave_one_out
from bulk2cell.ridge.target import draw_line_weights, rank_response

RATES = (0.65, 0.7, 0.75, 0.8)
PENALTY = LossParameters().ridge_penalty  # of inner products per gene
FIXED = np.log(0.6 / 0.4)  # log odds at a probability of 0.6


def main(data: Path, out: Path, repeats: int) -> None:
    """Score every target, write what is called and print the tables."""
    tissue = pd.read_csv(data / "gdsc" / "cell_lines.csv").set_index("cell_line")["tissue"]
    rows = [
        {"kind": target.configuration.split(":")[0], "target": f"{target.configuration}, {repeat}", **row}
        for repeat, target in draw_hard_targets(read_screen(data), tissue, repeats)
        for row in called(target, repeat)
    ]
    found = pd.DataFrame(rows)
    out.mkdir(parents=True, exist_ok=True)
    found.to_parquet(out / "calls.parquet", index=False)
    print(
        f"{found['target'].nunique()} targets, {found.groupby(['target', 'drug']).ngroups} targets x drugs\n"
    )
    print(tabulate(found, ["band", "rate"]))
    in_log_odds = found[found["band"] == "log odds"]
    print("\n" + tabulate(in_log_odds[in_log_odds["rate"] == 0.75], ["kind"]))


def tabulate(found: pd.DataFrame, by: list[str]) -> str:
    """Return the share of cells called, of tasks with any call, and of calls that are right."""
    groups = found.groupby(by)
    table = {
        "cells called": groups["called"].mean(),
        "tasks with a call": groups["labelled"].agg(lambda cells: (cells > 0).mean()),
        "right": groups["right"].sum() / groups["labelled"].sum(),
        "right, mean of tasks": found.assign(rate_right=found["right"] / found["labelled"])
        .groupby(by)["rate_right"]
        .mean(),
    }
    return pd.DataFrame(table).round(2).to_string()


def called(target: Target, seed: int) -> Iterator[dict[str, Any]]:
    """Give what each band calls of the cells, drug by drug."""
    cross = denoised(target) @ target.bulk.T / len(target.genes)
    for place, drug in enumerate(target.scored):
        response, labels = target.response.iloc[:, drug].to_numpy(), target.labels.iloc[:, drug].to_numpy()
        known = np.flatnonzero(~np.isnan(response))
        lines, cells = log_odds(
            target.gram[np.ix_(known, known)], cross[:, known], response[known], labels[known], seed
        )
        labelled = ~np.isnan(labels[known])
        left_out, sensitive = lines[labelled], labels[known][labelled] == 1
        for band, rate, width in bands(left_out, sensitive, cells):
            kept, label = np.abs(cells) >= width, target.cell_labels[:, place]
            tested = kept & ~np.isnan(label)
            right = (cells >= 0)[tested] == (label[tested] == 1)
            yield {
                **{"drug": drug, "band": band, "rate": rate, "called": kept.mean()},
                **{"labelled": tested.sum(), "right": right.sum()},
            }


def bands(left_out: Matrix, sensitive: Matrix, cells: Matrix) -> Iterator[tuple[str, float, float]]:
    """Give the name, the rate and the width of each band."""
    yield "none", 0.0, 0.0
    yield "fixed, 0.1", 0.0, FIXED
    for rate in RATES:
        width = find_width(left_out, sensitive, rate)
        yield "log odds", rate, np.inf if width is None else width
        kept = 0.0 if width is None else float((np.abs(left_out) >= width).mean())
        yield "share of the cells", rate, np.quantile(np.abs(cells), 1 - kept) if kept else np.inf


def log_odds(
    gram: Matrix, cross: Matrix, response: Matrix, labels: Matrix, seed: int
) -> tuple[Matrix, Matrix]:
    """Return the log odds of lines that are left out, each alone, and of the cells, as the package has them."""
    learnt, weights = rank_response(response), draw_line_weights(len(response), seed)
    held_out = np.random.default_rng(seed).random(len(response)) < StudyParameters().validation_fraction
    train, tested = np.flatnonzero(~held_out), np.flatnonzero(held_out & ~np.isnan(labels))
    early = gram[np.ix_(tested, train)] @ dual(gram[np.ix_(train, train)], learnt[train], weights[train])
    temperature = fit_temperature(early, labels[tested] == 1)
    lines = leave_one_out(gram, learnt, weights / weights.mean(), PENALTY)
    return lines / temperature, cross @ dual(gram, learnt, weights) / temperature


def dual(gram: Matrix, learnt: Matrix, weights: Matrix) -> Matrix:
    """Return the weights of the lines in ridge regression's dual form."""
    inverse = np.linalg.inv(gram + np.diag(PENALTY * weights.mean() / weights))
    of_intercept = inverse.sum(axis=1) / inverse.sum()
    return np.asarray(inverse @ (learnt - of_intercept @ learnt))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--repeats", type=int, default=2)
    given = parser.parse_args()
    main(given.data, given.out, given.repeats)
