"""Scores and intervals of the model and of everything that it must beat."""

import numpy as np
import pandas as pd

from bulk2cell.artefacts.study import Study
from bulk2cell.evaluate.baselines import score_constants, score_depth
from bulk2cell.evaluate.classifiers import classify_cells
from bulk2cell.evaluate.leave_one_out import leave_one_sample_out
from bulk2cell.evaluate.nulls import tabulate_permutations
from bulk2cell.evaluate.scores import (
    answer_of,
    answers_by_seed,
    answers_over_seeds,
    score_rows,
    tabulate_intervals,
)
from bulk2cell.methods import MODEL
from bulk2cell.parameters import EvaluateParameters
from bulk2cell.regimes import Regime


def score_every_method(
    study: Study,
    tested: pd.DataFrame,
    calls: pd.DataFrame,
    control_calls: pd.DataFrame,
    regime: Regime,
    threshold: float,
    parameters: EvaluateParameters,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score the model, its controls, the classifiers, depth and the constants, in this order.

    Parameters
    ----------
    study
        What the classifiers learn from.
    tested
        Labelled cells: cell, label, sample, n_counts, n_genes.
    calls, control_calls
        See `join.join_calls` and `control_calls.join_control_calls`.
    regime
        Of the calls.
    threshold
        Of the calls.
    parameters
        Bootstraps and calibration bins.

    Returns
    -------
    pd.DataFrame
        Scores: strategy, seed, method, metric, value.
    pd.DataFrame
        Intervals of the model and the classifiers: strategy, method, metric, over, mean, low, high, n.
    """
    label, bins = tested["label"].to_numpy(), parameters.calibration_bins
    sample = tested["sample"].fillna(tested["cell"]).to_numpy()
    model = answers_by_seed(tested, calls.assign(method=MODEL), threshold)
    controls = answers_by_seed(tested, control_calls, threshold)
    probabilities = classify_cells(study, regime).loc[tested["cell"]]
    every_cell = np.ones(len(tested), bool)
    learnt = [answer_of(probabilities[name].to_numpy(), every_cell, 0.5, str(name)) for name in probabilities]
    simple = {**score_depth(label, tested), **score_constants(label)}
    tables = [
        score_rows(answer.metrics(label, bins), answer.method, answer.strategy, answer.seed)
        for answer in [*model, *controls, *learnt]
    ]
    tables += [score_rows(metrics, method) for method, metrics in simple.items()]
    scores = pd.concat(tables, ignore_index=True)
    means = answers_over_seeds(model, threshold)
    intervals = tabulate_intervals(scores, [*means, *learnt], label, sample, bins, parameters.bootstraps)
    more = [*tabulate_permutations(scores), *leave_one_sample_out(means, label, tested["sample"])]
    return pd.concat([scores, *more], ignore_index=True), intervals
