"""Penalty and weights of the ridge on targets that are harder than choice.py's.

Usage: OMP_NUM_THREADS=1 python benchmarks/transfer/harder.py DATA OUT [--repeats 5]

DATA holds gdsc/. Lines are drawn from all tissues or from one, and the cells' platform either sees what the arrays saw or
agrees with them gene by gene only in part (see `other_platform`). Median counts and within-line spread change with the
number of lines. Candidates: the penalty, and the weights of the lines (means of Bayesian bootstraps) that make
one seed differ from another. Writes
OUT/transfer_harder.parquet (candidate, configuration, repeat, drugs, auroc: the mean over drugs) and prints the tables.
"""

import argparse
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from candidates import denoised, learnt
from choice import mean_auroc, print_table
from scipy.linalg import solve
from targets import Matrix, Screen, Target, make_target, read_screen

PENALTIES = (1, 2, 3, 5, 7, 10, 20)
WEIGHTED = (5, 10)
REFERENCE = "penalty 10"
CONFIGURATIONS = ((5, 2_500, 0.3), (5, 8_000, 0.6), (12, 2_500, 0.6), (12, 8_000, 0.3))
LEAST_LINES = 40
# Correlation of a gene over lines between the two platforms: an assumption, with median 0.73.
AGREEMENT = (3.5, 1.5)


def main(data: Path, out: Path, repeats: int) -> None:
    """Score every candidate on every target, write the scores and print the tables."""
    tissue = pd.read_csv(data / "gdsc" / "cell_lines.csv").set_index("cell_line")["tissue"]
    rows = [
        {
            "candidate": candidate,
            "configuration": target.configuration,
            "repeat": repeat,
            "drugs": len(target.scored),
            "auroc": mean_auroc(target, scores),
        }
        for repeat, target in draw_hard_targets(read_screen(data), tissue, repeats)
        for candidate, scores in candidates(target, repeat)
    ]
    out.mkdir(parents=True, exist_ok=True)
    found = pd.DataFrame(rows)
    found.to_parquet(out / "transfer_harder.parquet", index=False)
    over = ["configuration", "repeat"]
    drugs = found.groupby(over)["drugs"].first()
    print(f"{len(drugs)} targets, {drugs.min()} to {drugs.max()} drugs each\n")
    print_table(found, over, REFERENCE)
    kind = found["configuration"].str.split(":").str[0]
    print("\n" + found.pivot_table(index="candidate", columns=kind, values="auroc").round(3).to_string())


def draw_hard_targets(screen: Screen, tissue: "pd.Series[str]", repeats: int) -> Iterator[tuple[int, Target]]:
    """Draw every configuration `repeats` times, always from the same seeds."""
    of_line = tissue.reindex(screen.expression.index)
    count = of_line.value_counts()
    large = count.index[count >= LEAST_LINES].to_numpy()
    for repeat in range(1, repeats + 1):
        for number, (one_tissue, partly, configuration) in enumerate(
            product((False, True), (False, True), CONFIGURATIONS)
        ):
            random = np.random.default_rng([1, repeat, number])
            lines, depth, spread = configuration
            pool = of_line.index[of_line == random.choice(large)] if one_tissue else of_line.index
            held_out = screen.expression.loc[random.choice(pool.to_numpy(), lines, replace=False)]
            if partly:
                held_out = other_platform(held_out, screen.expression, random)
            kind = f"{'one tissue' if one_tissue else 'all tissues'}, {'partly' if partly else 'fully'} alike"
            name = f"{kind}: {lines} lines, {depth} counts, spread {spread}"
            target = make_target(name, screen, held_out, depth, spread, random)
            if len(target.scored):
                yield repeat, target


def other_platform(
    held_out: pd.DataFrame, expression: pd.DataFrame, random: np.random.Generator
) -> pd.DataFrame:
    """Return the lines as a platform sees them whose values of a gene correlate with the arrays' at a beta-drawn rate.

    Mean and variance of a gene over all lines stay as they are; what is not shared is independent noise.
    """
    mean, spread = expression.mean(), expression.std()
    shared = random.beta(*AGREEMENT, size=len(mean))
    noise = random.normal(size=held_out.shape) * spread.to_numpy() * np.sqrt(1 - shared**2)
    return (mean + (held_out - mean) * shared + noise).astype(np.float32)


def candidates(target: Target, repeat: int) -> Iterator[tuple[str, Matrix]]:
    """Give every candidate's name and scores (cells x scored drugs)."""
    values = learnt(target, "ranks")[:, target.scored]
    cross = denoised(target) @ target.bulk.T / len(target.genes)
    draws = np.random.default_rng(repeat).exponential(size=(16, len(values)))
    for penalty in PENALTIES:
        yield f"penalty {penalty}", ridge(target.gram, cross, values, penalty, np.ones(len(values)))
        for number in (1, 4, 16) if penalty in WEIGHTED else ():
            scores = ridge(target.gram, cross, values, penalty, draws[:number].mean(axis=0))
            yield f"penalty {penalty}, weights of {number} bootstrap{'s' if number > 1 else ''}", scores
    learnt_from = np.random.default_rng(repeat).random(len(values)) < 0.8
    yield f"{REFERENCE}, four fifths of the lines", ridge(target.gram, cross, values, 10, learnt_from)


def ridge(gram: Matrix, cross: Matrix, values: Matrix, penalty: float, weights: Matrix) -> Matrix:
    """Return the cells' scores by ridge regression with weighted lines, as scikit-learn's `Ridge` has them."""
    root = np.sqrt(weights / weights.mean())
    share = weights / weights.sum()
    middle = gram @ share
    centred = gram - middle[:, None] - middle + share @ middle
    kernel = root[:, None] * centred * root + penalty * np.eye(len(gram))
    dual = root[:, None] * solve(kernel, root[:, None] * (values - share @ values), assume_a="pos")
    return np.asarray((cross - (cross @ share)[:, None]) @ dual)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    main(given.data, given.out, given.repeats)
