"""Candidates for the way from lines to cells: each yields its name and its scores (cells x scored drugs).

Used by choice.py. Every function makes one family. All drugs are learnt at once: where a line has no response to a
drug, it gets the drug's mean. What changes another part than the ridge keeps the reference's: ranks, cells denoised to 20
components, penalty 10 per gene.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.linalg import solve
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from targets import Matrix, Target

from bulk2cell.cells.standardise import denoise, leading_components
from bulk2cell.parameters import StudyParameters
from bulk2cell.preprocess.pathways import keep_gene_sets

COMPONENTS, PENALTY = 20, 10
REFERENCE = f"ridge on ranks, {COMPONENTS} components, penalty {PENALTY}"
COLLECTIONS = {
    "Hallmark": "h.all.v2022.1.Hs.symbols.gmt",
    "Reactome": "c2.cp.reactome.v2023.1.Hs.symbols.gmt",
}

Scores = Iterator[tuple[str, Matrix]]


def learnt(target: Target, kind: str) -> Matrix:
    """Return what is learnt of all drugs, lines x drugs, centred; large means sensitive."""
    response = target.response
    values = {
        "labels": lambda: target.labels,
        "response": lambda: -(response - response.mean()) / response.std(),
        "ranks": lambda: -response.rank(pct=True),
    }[kind]()
    return np.asarray((values - values.mean()).fillna(0).to_numpy())


def ridge(gram: Matrix, cross: Matrix, values: Matrix, penalty: float) -> Matrix:
    """Return the cells' scores by ridge regression in its dual form (kernel ridge regression).

    Parameters
    ----------
    gram
        Lines x lines, centred.
    cross
        Cells x lines.
    values
        Lines x drugs, centred.
    """
    dual = solve(gram + penalty * np.eye(len(gram)), values, assume_a="pos")
    return np.asarray(cross @ dual)


def denoised(target: Target, components: int = COMPONENTS) -> Matrix:
    """Return the cells reduced to their leading components."""
    return denoise(target.cells, leading_components(target.cells, components))


def classifiers(target: Target) -> Scores:
    """Logistic regression of the labels on raw cells.

    It is fitted in the rotated space that the lines span: the same weights as among the genes, but for the tolerance of the
    solver.
    """
    lines, cells = target.bulk @ target.directions.T, target.cells @ target.directions.T
    for c in (1.0, 1e-3):
        classifier = LogisticRegression(C=c, max_iter=2_000)
        yield f"logistic regression, C = {c:g}", each_drug(classifier, target, lines, cells)


def each_drug(classifier: LogisticRegression, target: Target, lines: Matrix, cells: Matrix) -> Matrix:
    """Fit a classifier to the labelled lines of every scored drug."""
    scores = []
    for drug in target.scored:
        labels = target.labels.iloc[:, drug].to_numpy()
        known = ~np.isnan(labels)
        scores.append(classifier.fit(lines[known], labels[known].astype(int)).predict_proba(cells)[:, 1])
    return np.stack(scores, axis=1)


def ridges(target: Target) -> Scores:
    """Ridge regression: what is learnt, what of the cells is kept, and how much is penalised."""
    kinds = {kind: learnt(target, kind)[:, target.scored] for kind in ("labels", "response", "ranks")}
    for components in (0, 5, 10, 20, 40):
        cross = denoised(target, components) @ target.bulk.T / len(target.genes)
        cells = f"{components} components" if components else "raw cells"
        for penalty in (3, 10, 30) if components else (0.1, 1, 10, 100):
            for kind, values in kinds.items():
                yield (
                    f"ridge on {kind}, {cells}, penalty {penalty}",
                    ridge(target.gram, cross, values, penalty),
                )


def arc_cosine(target: Target) -> Scores:
    """Kernel ridge regression with the kernel of an infinitely wide layer of ReLU units (Cho & Saul, NIPS 2009)."""
    values = learnt(target, "ranks")[:, target.scored]
    lines, cells = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (target.bulk, denoised(target)))

    def kernel(left: Matrix, right: Matrix) -> Matrix:
        cosine = np.clip(left @ right.T, -1, 1)
        angle = np.arccos(cosine)
        return np.asarray((np.sin(angle) + (np.pi - angle) * cosine) / np.pi)

    gram = kernel(lines, lines)
    gram = gram - gram.mean(axis=0) - gram.mean(axis=1)[:, None] + gram.mean()
    scale = np.trace(gram) / len(gram)
    for penalty in (0.1, 0.3, 1, 3):
        scores = ridge(gram / scale, kernel(cells, lines) / scale, values, penalty)
        yield f"arc-cosine kernel, penalty {penalty}", scores


def bulk_components(target: Target) -> Scores:
    """Lines and cells in the leading principal components of the lines only."""
    values, cells = learnt(target, "ranks")[:, target.scored], denoised(target)
    for number in (20, 50, 100):
        to = target.directions[:number].T
        yield f"{number} components of the lines", linear(target.bulk @ to, cells @ to, target, values)


def linear(lines: Matrix, cells: Matrix, target: Target, values: Matrix, penalty: float = PENALTY) -> Matrix:
    """Return ridge regression's scores for lines and cells given as features, penalised as the genes are."""
    genes = len(target.genes)
    return ridge(lines @ lines.T / genes, cells @ lines.T / genes, values, penalty)


def coral(target: Target) -> Scores:
    """Lines given the cells' covariance in 50 leading components of the lines (CORAL; Sun et al., AAAI 2016)."""
    values, to = learnt(target, "ranks")[:, target.scored], target.directions[:50].T
    lines, cells = target.bulk @ to, target.cells @ to

    def covariance_power(x: Matrix, power: float) -> Matrix:
        sizes, axes = np.linalg.eigh(np.cov(x.T) + np.eye(x.shape[1]))
        return np.asarray(axes * sizes**power @ axes.T)

    aligned = lines @ covariance_power(lines, -0.5) @ covariance_power(cells, 0.5)
    for penalty in (0.1, 1, 10):
        yield f"CORAL, penalty {penalty}", linear(aligned, cells, target, values, penalty)


def pathways(target: Target, gene_sets: Path) -> Scores:
    """Activities of gene sets (the mean z-score of their genes), alone and as one half beside the genes."""
    values, cells = learnt(target, "ranks")[:, target.scored], denoised(target)
    cross = cells @ target.bulk.T / len(target.genes)
    for collection, file in COLLECTIONS.items():
        sets, _ = keep_gene_sets(gene_sets / file, None, target.genes, StudyParameters())
        member = (
            pd.crosstab(sets["gene"], sets["set"]).reindex(target.genes, fill_value=0).to_numpy(np.float32)
        )
        activity = target.bulk @ member
        of_lines, of_cells = activity / activity.std(axis=0), cells @ member / activity.std(axis=0)
        own_gram, own_cross = (x @ of_lines.T / member.shape[1] for x in (of_lines, of_cells))
        yield f"{collection} activities alone", ridge(own_gram, own_cross, values, PENALTY)
        both = ridge((target.gram + own_gram) / 2, (cross + own_cross) / 2, values, PENALTY)
        yield f"{collection} activities beside the genes", both


def multi_drug(target: Target) -> Scores:
    """Predictions of all drugs, projected on their leading components among the lines (reduced-rank regression)."""
    values = learnt(target, "ranks")
    cross = denoised(target) @ target.bulk.T / len(target.genes)
    of_lines, of_cells = (ridge(target.gram, x, values, PENALTY) for x in (target.gram, cross))
    axes = np.linalg.svd(of_lines, full_matrices=False)[2]
    for rank in (10, 30):
        yield f"all drugs, rank {rank}", (of_cells @ axes[:rank].T @ axes[:rank])[:, target.scored]


def neighbours(target: Target) -> Scores:
    """Cells replaced by the mean of their 15 nearest: a yardstick only, since a cell's score depends on other cells."""
    places = target.cells @ leading_components(target.cells, COMPONENTS).T
    nearest = NearestNeighbors(n_neighbors=15).fit(places).kneighbors(places, return_distance=False)
    smoothed = target.cells[nearest].mean(axis=1)
    values = learnt(target, "ranks")[:, target.scored]
    yield "15 nearest neighbours (not eligible)", linear(target.bulk, smoothed, target, values)
