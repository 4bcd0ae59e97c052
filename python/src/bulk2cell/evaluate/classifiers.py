"""Ordinary classifiers on the same genes and labels, which the model must beat."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from bulk2cell.artefacts.study import Study
from bulk2cell.cells.standardise import gene_statistics, standardise
from bulk2cell.cores import threads
from bulk2cell.methods import (
    DECISION_TREE,
    GRADIENT_BOOSTING,
    LINEAR_SVM,
    LOGISTIC_REGRESSION,
    RANDOM_FOREST,
    REGULARISED_LOGISTIC_REGRESSION,
    XGBOOST,
)
from bulk2cell.regimes import REGIMES, Regime

FOLDS = 3  # each fits all penalties again, and the classifiers take most of evaluate's time as it is
# From scikit-learn's default, 1, to where a stronger penalty gains no more: on PC9's lines AUROC 0.756 at 1, 0.784 at 1e-3,
# 0.785 at 1e-4.
PENALTIES = {"C": [1e-4, 1e-3, 1e-2, 1e-1, 1.0]}


def classify_cells(study: Study, regime: Regime = "B") -> pd.DataFrame:
    """Return the probability of sensitive of every cell by every classifier.

    They learn from all labelled lines, held-out ones as well since they need none to stop by, on all genes of the
    study. As for the model, each domain is standardised by its own mean and standard deviation per gene, the lines by
    all lines', without labels; where training sees no cells, these, too, by the lines'. They see no
    shots. Where a class has a single labelled line, those that need cross-validation are left out.

    They are fitted in parallel, those that take longest first, each by one thread, except gradient boosting, which may take
    all cores but one: more threads would compete, and matrix products differ with the number of threads.

    Returns
    -------
    pd.DataFrame
        Cells of the study x classifiers, see `make_classifiers`.
    """
    bulk, cells, obs = study.bulk, study.cells, study.bulk.obs
    lines = obs["label"].notna().to_numpy()
    of_lines = gene_statistics(bulk.X)
    bulk_x = standardise(bulk.X, *of_lines)[lines]
    cell_x = standardise(cells.X, *(gene_statistics(cells.X) if REGIMES[regime].sees_cells else of_lines))
    label = obs["label"].to_numpy()[lines].astype(int)
    known = make_classifiers(min(sum(label == 0), sum(label == 1)))

    def probability(classifier: Any) -> NDArray[np.float64]:
        fitted = classifier.fit(bulk_x, label)
        return np.asarray(fitted.predict_proba(cell_x)[:, 1], dtype=float)

    longest_first = dict(reversed(known.items()))
    leave_one_core = partial(threadpool_limits, max(1, threads() - 1), "openmp")
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(threads(), initializer=leave_one_core) as pool:
        found = pool.map(probability, longest_first.values())
        columns = dict(zip(longest_first, found, strict=True))
    return pd.DataFrame(columns, index=cells.obs_names)[[*known]]


def make_classifiers(smaller_class: int) -> dict[str, Any]:
    """Return the classifiers by name, those that take longest last, with the defaults of their libraries and fixed seeds.

    Two need cross-validation within the labelled lines: the C of the regularised logistic regression is the one of
    `PENALTIES` with the best AUROC, and the support vector machine's decision function becomes a probability by
    Platt's sigmoid.

    Parameters
    ----------
    smaller_class
        Labelled lines of the smaller class; there are no more folds than these.
    """
    from xgboost import XGBClassifier

    logistic = LogisticRegression(max_iter=5000)
    simple = {
        DECISION_TREE: DecisionTreeClassifier(random_state=0),
        RANDOM_FOREST: RandomForestClassifier(random_state=0),
        GRADIENT_BOOSTING: HistGradientBoostingClassifier(random_state=0),
        XGBOOST: XGBClassifier(random_state=0, n_jobs=1),
    }
    if smaller_class < 2:
        return {LOGISTIC_REGRESSION: logistic, **simple}
    folds = StratifiedKFold(min(FOLDS, smaller_class), shuffle=True, random_state=0)
    machine = LinearSVC(random_state=0, max_iter=10_000)
    return {
        LOGISTIC_REGRESSION: logistic,
        REGULARISED_LOGISTIC_REGRESSION: GridSearchCV(logistic, PENALTIES, scoring="roc_auc", cv=folds),
        LINEAR_SVM: CalibratedClassifierCV(machine, cv=folds, ensemble=False),
        **simple,
    }
