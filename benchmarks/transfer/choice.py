"""How the default strategy was chosen: candidates on simulated targets, without the label of any real cell.

Usage: OMP_NUM_THREADS=1 python benchmarks/transfer/choice.py DATA OUT [--repeats 2]

DATA holds gdsc/ and genesets/. For every configuration (5 or 12 lines; median counts; within-line spread) and repeat, GDSC
lines are held out, 40 cells per line are drawn from them by the package's own simulation, every candidate learns on the
lines left, and its scores of the cells are held against their lines' own labels (lowest and highest 30 % of AUC), for every
ninth drug for which the held-out lines hold both classes. Writes OUT/transfer_choice.parquet (candidate, configuration,
repeat, drugs, auroc: the mean over drugs) and prints the table.
"""

import argparse
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import candidates
import numpy as np
import pandas as pd
from scipy.stats import t
from sklearn.metrics import roc_auc_score
from targets import DEPTHS, LINES, SPREADS, Matrix, Target, draw_targets, read_screen


def main(data: Path, out: Path, repeats: int) -> None:
    """Score every candidate on every target, write the scores and print the table."""
    rows = []
    per_repeat = len(LINES) * len(DEPTHS) * len(SPREADS)
    for number, target in enumerate(draw_targets(read_screen(data), repeats)):
        for candidate, scores in all_scores(target, data / "genesets"):
            rows.append(
                {
                    "candidate": candidate,
                    "configuration": target.configuration,
                    "repeat": number // per_repeat + 1,
                    "drugs": len(target.scored),
                    "auroc": mean_auroc(target, scores),
                }
            )
    out.mkdir(parents=True, exist_ok=True)
    found = pd.DataFrame(rows)
    found.to_parquet(out / "transfer_choice.parquet", index=False)
    drugs = found.groupby(["configuration", "repeat"])["drugs"].first()
    print(f"{len(drugs)} targets, {drugs.min()} to {drugs.max()} drugs each\n")
    print_table(found, ["configuration", "repeat"], candidates.REFERENCE)


def all_scores(target: Target, gene_sets: Path) -> Iterator[tuple[str, Matrix]]:
    """Give every candidate's name and scores (cells x scored drugs)."""
    return chain(
        candidates.classifiers(target),
        candidates.ridges(target),
        candidates.arc_cosine(target),
        candidates.bulk_components(target),
        candidates.coral(target),
        candidates.pathways(target, gene_sets),
        candidates.multi_drug(target),
        candidates.neighbours(target),
    )


def mean_auroc(target: Target, scores: Matrix) -> float:
    """Return the AUROC of the labelled cells, averaged over drugs."""
    pairs = zip(target.cell_labels.T, scores.T, strict=True)
    return float(np.mean([auroc(labels, score) for labels, score in pairs]))


def auroc(labels: Matrix, scores: Matrix) -> float:
    """Return the AUROC of the labelled cells for one drug."""
    known = ~np.isnan(labels)
    return float(roc_auc_score(labels[known], scores[known]))


def print_table(found: pd.DataFrame, over: list[str], reference: str) -> None:
    """Print each candidate's mean, and the paired difference to the reference with its t-interval.

    Parameters
    ----------
    over
        The columns that say what is averaged over.
    """
    wide = found.pivot_table(index=over, columns="candidate", values="auroc")
    mean = wide.mean().sort_values(ascending=False)
    difference = wide.sub(wide[reference], axis=0)
    half = t.ppf(0.975, len(wide) - 1) * difference.sem()
    print("| candidate | mean AUROC | difference to the reference (95 %) |\n|---|---|---|")
    for candidate in mean.index:
        middle, width = difference[candidate].mean(), half[candidate]
        interval = f"{middle:+.3f} ({middle - width:+.3f} to {middle + width:+.3f})"
        print(
            f"| {candidate} | {mean[candidate]:.3f} | {'reference' if candidate == reference else interval} |"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--repeats", type=int, default=2)
    given = parser.parse_args()
    main(given.data, given.out, given.repeats)
