"""Baselines without training that a model must beat: constants and sequencing depth."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from bulk2cell.evaluate.metrics import call_metrics
from bulk2cell.methods import ALL_RESISTANT, ALL_SENSITIVE, DEPTH_BY_COUNTS, DEPTH_BY_GENES
from bulk2cell.metrics import EITHER_WAY

DEPTH = {DEPTH_BY_COUNTS: "n_counts", DEPTH_BY_GENES: "n_genes"}


def score_constants(label: NDArray[Any]) -> dict[str, dict[str, float]]:
    """Score the two predictors that call every cell the same.

    Parameters
    ----------
    label
        1 sensitive, 0 resistant, one per cell; both occur.

    Returns
    -------
    dict
        Metrics by method. The precision of a constant is the prevalence, at any recall.
    """
    return {
        method: {
            "auroc": 0.5,
            "auprc": float(np.mean(label == 1)),
            **call_metrics(label, np.full(len(label), call)),
        }
        for method, call in ((ALL_SENSITIVE, 1), (ALL_RESISTANT, 0))
    }


def score_depth(label: NDArray[Any], depth: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Score counts per cell and genes detected per cell as if they were the probability of sensitive.

    A confounder matters in either direction, hence auroc_either_way = max(auroc, 1 - auroc) in addition to auroc.

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
    return {method: {"auroc": auroc, EITHER_WAY: max(auroc, 1 - auroc)} for method, auroc in aurocs.items()}
