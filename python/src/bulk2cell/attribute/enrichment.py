"""Gene sets that gather at the ends of the genes' ranking: preranked GSEA with one null per size of set."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SEED = 0
BLOCKS = 10
ROUNDING = 1e-9  # of sums; which of two equal extremes is larger must not hang on it
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def find_enrichment(ranking: "pd.Series[float]", pathways: pd.DataFrame, permutations: int) -> pd.DataFrame:
    """Test every set by preranked GSEA (Subramanian et al., PNAS 2005), weight 1; the tests compare with gseapy.

    The null of a set depends on its size alone: sets of one size share the scores of `permutations` random sets.

    Parameters
    ----------
    ranking
        One value per gene of the model, which are the universe; index = gene. Positive: high expression pushes to
        sensitive.
    pathways
        Columns gene, set.
    permutations
        Random sets per size; p values below 1 / permutations cannot be distinguished from 0.

    Returns
    -------
    pd.DataFrame
        set, size, es, nes (es / mean of the null of its sign), p (share of the null of its sign at least as extreme),
        fdr (over all the sets), leading_genes (semicolons between, the end of the ranking first); sorted by fdr, then
        by the size of nes, then by name. A set of all genes, or of genes that are all 0, has no score and is left out.
    """
    ordered = ranking.sort_index().sort_values(ascending=False, kind="stable")
    weights, genes = np.abs(ordered.to_numpy(dtype=np.float64)), ordered.index.to_numpy()
    names, hits = find_hits(ordered.index, pathways)
    scored = [n for n, own in enumerate(hits) if len(own) < len(genes) and weights[own].any()]
    sizes = np.array([len(hits[n]) for n in scored], dtype=np.int64)
    es, nes, p = np.zeros((3, len(scored)))
    peaks, pooled, times = np.zeros(len(scored), dtype=np.int64), [np.zeros(0)], [np.zeros(0, dtype=np.int64)]
    for size, random_sets in draw_sets(np.unique(sizes), len(genes), permutations):
        same = np.flatnonzero(sizes == size)
        es[same], peaks[same] = score_sets(np.stack([hits[scored[n]] for n in same]), weights)
        null = score_null(random_sets, weights)
        nes[same], p[same] = normalise(es[same], null), measure_tail(es[same], null)
        pooled.append(normalise(null, null))
        times.append(np.full(len(null), len(same)))
    fdr = np.minimum(
        measure_tail(nes, np.concatenate(pooled), np.concatenate(times)) / measure_tail(nes, nes), 1
    )
    table = pd.DataFrame({"set": names[scored], "size": sizes, "es": es, "nes": nes, "p": p, "fdr": fdr})
    table["leading_genes"] = [
        ";".join(genes[hits[n][: peak + 1] if score > 0 else hits[n][peak:][::-1]])
        for n, score, peak in zip(scored, es, peaks, strict=True)
    ]
    return table.iloc[np.lexsort((table["set"], -np.abs(nes), fdr))].reset_index(drop=True)


def find_hits(ordered: "pd.Index[str]", pathways: pd.DataFrame) -> tuple["pd.Index[str]", list[Integers]]:
    """Return the sets' names, sorted, and for each the positions of its genes in the ranking, ascending."""
    codes, names = pd.factorize(pathways["set"], sort=True)
    places = ordered.get_indexer(pd.Index(pathways["gene"]))
    set_of_hit, hits = np.divmod(np.unique((codes * len(ordered) + places)[places >= 0]), len(ordered))
    return pd.Index(names), np.split(hits, np.searchsorted(set_of_hit, np.arange(1, len(names))))


def score_sets(hits: NDArray[np.integer], weights: Floats) -> tuple[Floats, Integers]:
    """Return the enrichment score of every row of hits, and the index of the hit at which it is reached.

    The running sum is extreme just before a hit or at it, so that it is summed over 2 x hits steps, not over genes. Where it
    reaches as far down as up, the first of both counts.
    """
    sets, size = hits.shape
    own = weights[hits]
    steps = np.empty((sets, 2 * size))
    steps[:, ::2] = (np.diff(hits, prepend=-1) - 1) * (-1 / (len(weights) - size))
    steps[:, 1::2] = own * (1 / own.cumsum(axis=1)[:, -1:])
    running = steps.cumsum(axis=1)
    rows, above, below = np.arange(sets), running.argmax(axis=1), running.argmin(axis=1)
    up, down = running[rows, above], -running[rows, below]
    first, larger = np.minimum(above, below), np.where(up > down, above, below)
    peaks = np.where(np.abs(up - down) <= ROUNDING, first, larger)
    return running[rows, peaks], peaks // 2


def draw_sets(sizes: Integers, genes: int, number: int) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """Yield each size with random sets: the next genes of random orders, since nulls of the same genes would correlate."""
    random, length = np.random.default_rng(SEED), min(genes, sizes.sum())
    once = [random.choice(genes, length, replace=False) for _ in range(number)]
    orders = np.tile(np.array(once, dtype=np.int32), 2)
    for size, end in zip(sizes, sizes.cumsum(), strict=True):
        yield size, orders[:, (end - size) % length :][:, :size]


def score_null(random_sets: NDArray[np.int32], weights: Floats) -> Floats:
    """Return the scores of random sets of one size, without sets whose genes are all 0; in blocks that fit the cache."""
    blocks = np.array_split(random_sets[weights[random_sets].any(axis=1)], BLOCKS)
    return np.concatenate([score_sets(np.sort(block), weights)[0] for block in blocks])


def normalise(values: Floats, null: Floats) -> Floats:
    """Divide by the mean absolute value of the null scores of the same sign; 1 or -1 without any."""
    normal = np.sign(values)
    for sign in (-1, 1):
        side, same = values * sign > 0, null * sign > 0
        if same.any():
            normal[side] = values[side] / np.abs(null[same].mean())
    return normal


def measure_tail(values: Floats, among: Floats, times: Integers | int = 1) -> Floats:
    """Return the share of `among` (with multiplicities) of a value's sign that is at least as extreme; 1 without any."""
    share, counts = np.ones(len(values)), np.broadcast_to(times, among.shape)
    for sign in (-1, 1):
        side, same = values * sign > 0, among * sign > 0
        if same.any():
            strengths = among[same] * sign
            order = strengths.argsort()
            below = np.append(0, counts[same][order].cumsum())
            weaker = below[np.searchsorted(strengths[order], values[side] * sign)]
            share[side] = (below[-1] - weaker) / below[-1]
    return share
