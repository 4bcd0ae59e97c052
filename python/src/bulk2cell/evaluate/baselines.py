"""What a model must beat: constants, sequencing depth, logistic regression on the same genes and labels."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bulk2cell.artefacts.study import Study
from bulk2cell.evaluate.metrics import call_metrics
from bulk2cell.parameters import Regime
from bulk2cell.preprocess.standardise import gene_statistics, standardise

DEPTH = {"depth only (counts)": "n_counts", "depth only (genes)": "n_genes"}


def constant_scores(label: NDArray[Any]) -> dict[str, dict[str, float]]:
    """Score the two predictors that call every cell the same.

    Parameters
    ----------
    label
        1 sensitive, 0 resistant, one per cell; both occur.

    Returns
    -------
    dict
        Metrics by method.
    """
    return {
        method: {"auroc": 0.5, **call_metrics(label, np.full(len(label), call))}
        for method, call in (("all sensitive", 1), ("all resistant", 0))
    }


def depth_scores(label: NDArray[Any], depth: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Score counts per cell and genes detected per cell as if they were the probability of sensitive.

    A confounder matters in either direction: auroc_either_way = max(auroc, 1 - auroc) stands beside auroc.

    Parameters
    ----------
    label
        1 sensitive, 0 resistant, one per cell; both occur.
    depth
        Columns n_counts, n_genes; a column with missing values is left out.

    Returns
    -------
    dict
        Metrics by method.
    """
    known = {method: depth[column] for method, column in DEPTH.items() if depth[column].notna().all()}
    aurocs = {method: float(roc_auc_score(label, values)) for method, values in known.items()}
    return {
        method: {"auroc": auroc, "auroc_either_way": max(auroc, 1 - auroc)}
        for method, auroc in aurocs.items()
    }


def logistic_regression(study: Study, regime: Regime = "B") -> "pd.Series[float]":
    """Return the probability of sensitive of every cell by logistic regression.

    It learns from the labelled training lines on all genes of the study. As for the model, each domain is
    standardised by its own mean and standard deviation per gene, the lines by the training lines', without labels; in
    regime A the cells, too, by the training lines'. It sees no shots: in regimes C and D it is that of regime B.
    L2 penalty with scikit-learn's default C = 1.

    Returns
    -------
    pd.Series
        By cell of the study.
    """
    bulk, cells, obs = study.bulk, study.cells, study.bulk.obs
    train = (obs["split"] == "train").to_numpy()
    lines = train & obs["label"].notna().to_numpy()
    of_lines = gene_statistics(bulk.X[train])
    bulk_x = standardise(bulk.X, *of_lines)
    cell_x = standardise(cells.X, *(of_lines if regime == "A" else gene_statistics(cells.X)))
    fitted = LogisticRegression(max_iter=5000).fit(bulk_x[lines], obs["label"].to_numpy()[lines].astype(int))
    return pd.Series(fitted.predict_proba(cell_x)[:, 1].astype(float), index=cells.obs_names)
