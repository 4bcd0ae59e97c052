"""UMAP and average silhouette width of the cells, in expression and in the model's code."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_score
from sklearn.neighbors import NearestNeighbors
from umap import UMAP

from bulk2cell.artefacts.model import TrainedModel
from bulk2cell.artefacts.study import Study
from bulk2cell.artefacts.study_input import draw_rows, study_input
from bulk2cell.cells.standardise import gene_statistics, standardise
from bulk2cell.evaluate.scores import score_rows
from bulk2cell.methods import EXPRESSION, SHARED_CODE
from bulk2cell.metrics import SILHOUETTE

COMPONENTS = 50  # scanpy's default
NEIGHBOURS = 15  # scanpy's and UMAP's default
FEWEST_POINTS = 4  # UMAP cannot lay out fewer
BATCH = 1024


def lay_out_cells(
    study: Study, model: TrainedModel | None, cells: pd.DataFrame, most: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lay cells out by expression and, if a model is given, by its code.

    Parameters
    ----------
    cells
        Columns cell, label.
    most
        Most cells, drawn at random.

    Returns
    -------
    pd.DataFrame
        cell, space (expression or shared code), umap1, umap2.
    pd.DataFrame
        The silhouette of each space as rows of scores.
    """
    drawn = draw_rows(cells["cell"].to_numpy(), most)
    label = cells.set_index("cell")["label"][drawn].to_numpy()
    points = expression_space(study, drawn)
    layouts = [umap(points, drawn, EXPRESSION)]
    widths = [score_rows({SILHOUETTE: measure_silhouette(points, label)}, EXPRESSION)]
    if model:
        points, facts = code_space(model, study, drawn), model.manifest.content
        layouts.append(umap(points, drawn, SHARED_CODE))
        width = measure_silhouette(points, label)
        widths.append(score_rows({SILHOUETTE: width}, SHARED_CODE, facts["strategy"], facts["seed"]))
    return pd.concat(layouts, ignore_index=True), pd.concat(widths, ignore_index=True)


def expression_space(study: Study, cells: NDArray[Any]) -> NDArray[np.float32]:
    """Return the first 50 principal components of the standardised expression, cells x components."""
    mean, std = gene_statistics(study.cells.X)
    return find_components(standardise(study.cells[cells].X, mean, std))


def code_space(model: TrainedModel, study: Study, cells: NDArray[Any]) -> NDArray[np.float32]:
    """Return the code that the model classifies, cells x pathway units."""
    x = torch.from_numpy(study_input(model, study, "cells", cells))
    with torch.no_grad():
        codes = [model.network.code(batch, "cells").numpy() for batch in torch.split(x, BATCH)]
    return np.concatenate(codes)


def find_components(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return at most 50 principal components, the same on every call."""
    components = min(COMPONENTS, x.shape[0] - 1, x.shape[1])
    return np.asarray(PCA(components, random_state=0).fit_transform(x), dtype=np.float32)


def umap(points: NDArray[np.float32], cells: NDArray[Any], space: str) -> pd.DataFrame:
    """Lay points out in two dimensions, the same on every call.

    Returns
    -------
    pd.DataFrame
        cell, space, umap1, umap2; no rows for fewer than four points, too few for UMAP.
    """
    if len(points) < FEWEST_POINTS:
        return pd.DataFrame(columns=["cell", "space", "umap1", "umap2"])
    given = find_components(points) if points.shape[1] > COMPONENTS else points
    count = min(NEIGHBOURS, len(points) - 1)
    known = find_neighbours(given, count)
    with warnings.catch_warnings():
        for usual in ("Graph is not fully connected", "precomputed_knn"):
            warnings.filterwarnings("ignore", usual)
        layout = UMAP(n_neighbors=count, precomputed_knn=known, random_state=0, n_jobs=1).fit_transform(given)
    return pd.DataFrame({"cell": cells, "space": space, "umap1": layout[:, 0], "umap2": layout[:, 1]})


def find_neighbours(points: NDArray[np.float32], count: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return each point's nearest points, itself first, and their distances, points x count.

    If umap searched for them, it would have to compile its own search first.
    """
    distances, others = NearestNeighbors(n_neighbors=count - 1).fit(points).kneighbors()
    itself = np.arange(len(points))[:, None]
    return (
        np.hstack([itself, others]).astype(np.int32),
        np.hstack([np.zeros_like(itself), distances]).astype(np.float32),
    )


def measure_silhouette(points: NDArray[np.float32], label: NDArray[Any]) -> float:
    """Return the average silhouette width of the labels over the labelled cells, Euclidean.

    Parameters
    ----------
    points
        Cells x dimensions.
    label
        1 sensitive, 0 resistant, NaN unlabelled, one per cell.

    Returns
    -------
    float
        -1 to 1; NaN where fewer than two cells of either class are labelled.
    """
    known = ~np.isnan(label)
    if min((label == 0).sum(), (label == 1).sum()) < 2:
        return float("nan")
    return float(silhouette_score(points[known], label[known]))
