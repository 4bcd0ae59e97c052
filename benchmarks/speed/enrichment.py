"""Preranked enrichment here and by gseapy: seconds and agreement.

Usage: OMP_NUM_THREADS=1 python benchmarks/speed/enrichment.py

6,000 ranked genes, 1,000 permutations; sizes of sets are lognormal as in collections of pathways (median 30, 5 to 1,000
genes); a tenth of the sets leans to one end. A pair is one call of ours and one of gseapy's prerank with one thread, one
after the other; gseapy's seed is the number of the pair. Seconds are of processor time, so that other work on the machine
counts little. What gseapy differs by from itself, first pair and last, is the yardstick for p, NES and FDR.
"""

from typing import Any

import gseapy
import numpy as np
import pandas as pd
from measure import ratio, timed
from numpy.typing import NDArray

from bulk2cell.attribute.enrichment import find_enrichment

GENES, PERMUTATIONS = 6_000, 1_000
PAIRS = {50: 7, 1_000: 3, 6_000: 1}
COLUMNS = {"ES": "es", "NES": "nes", "NOM p-val": "p", "FDR q-val": "fdr", "Lead_genes": "leading_genes"}


def random_ranking(random: np.random.Generator) -> "pd.Series[float]":
    """Return one value per gene, few of them large; the genes' names follow the ranking."""
    values = np.sort(random.normal(size=GENES) * random.exponential(size=GENES))[::-1]
    return pd.Series(values, index=[f"G{number:04d}" for number in range(GENES)])


def random_sets(number: int, genes: NDArray[Any], random: np.random.Generator) -> dict[str, list[str]]:
    """Return sets of genes, every tenth of them drawn with weights that fall along the ranking or rise."""
    sizes = np.exp(random.normal(np.log(30), 1.1, number)).astype(int).clip(5, 1_000)
    falling = np.exp(-np.arange(GENES) / (GENES / 1.5))
    leaning = {0: falling / falling.sum(), 10: falling[::-1] / falling.sum()}
    return {
        f"set {n}": sorted(random.choice(genes, size, replace=False, p=leaning.get(n % 20)))
        for n, size in enumerate(sizes)
    }


def by_gseapy(ranking: "pd.Series[float]", sets: dict[str, list[str]], seed: int) -> pd.DataFrame:
    """Return gseapy's table with our names of columns; index = set."""
    found: pd.DataFrame = gseapy.prerank(
        rnk=ranking,
        gene_sets=sets,
        permutation_num=PERMUTATIONS,
        min_size=1,
        max_size=GENES,
        outdir=None,
        no_plot=True,
        threads=1,
        seed=seed,
    ).res2d
    return found.set_index("Term").rename(columns=COLUMNS)


def agreement(found: pd.DataFrame, expected: pd.DataFrame, column: str) -> str:
    """Return the correlation of two tables' columns, and the median and the largest difference."""
    ours, theirs = found[column].astype(float), expected.loc[found.index, column].astype(float)
    difference = (ours - theirs).abs()
    return f"{np.corrcoef(ours, theirs)[0, 1]:.4f} / {difference.median():.4f} / {difference.max():.3f}"


def compare(number: int, pairs: int) -> dict[str, str]:
    """Return one row of the table."""
    random = np.random.default_rng(0)
    ranking = random_ranking(random)
    sets = random_sets(number, ranking.index.to_numpy(), random)
    pathways = pd.DataFrame([(g, name) for name, own in sets.items() for g in own], columns=["gene", "set"])
    ours, theirs, tables = [], [], []
    for seed in range(pairs):
        seconds, found = timed(find_enrichment, ranking, pathways, PERMUTATIONS)
        ours.append(seconds)
        seconds, table = timed(by_gseapy, ranking, sets, seed)
        theirs.append(seconds)
        tables.append(table)
    found = found.set_index("set")
    first, last = tables[0], tables[-1]
    return {
        "sets": f"{number:,}",
        "pairs": f"{pairs}",
        "ours, s": f"{np.median(ours):.3f}",
        "gseapy, s": f"{np.median(theirs):.2f}",
        "gseapy / ours (range)": ratio(theirs, ours),
        "ES, largest difference": f"{(found['es'] - first['es']).abs().max():.0e}",
        "other leading genes": f"{(found['leading_genes'] != first['leading_genes'][found.index]).sum()}",
    } | {
        f"{column}, {pair}": "–" if table is first else agreement(table, first, column)
        for column in ("p", "nes", "fdr")
        for pair, table in (("ours and gseapy", found), ("gseapy and gseapy", last))
    }


def main() -> None:
    """Print the tables, rows and columns exchanged."""
    rows = []
    for number, pairs in PAIRS.items():
        rows.append(compare(number, pairs))
        print(rows[-1], flush=True)
    print("| " + " | ".join(["sets", *(row.pop("sets") for row in rows)]) + " |")
    print("|" + "---|" * (len(rows) + 1))
    for column in rows[0]:
        print("| " + " | ".join([column, *(row[column] for row in rows)]) + " |")


if __name__ == "__main__":
    main()
