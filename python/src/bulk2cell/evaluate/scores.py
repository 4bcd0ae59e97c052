"""Tidy tables of every method's metrics on the labelled cells, and of their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.calls import UNCERTAIN
from bulk2cell.evaluate.bootstrap import bootstrap_intervals
from bulk2cell.evaluate.metrics import compute_metrics
from bulk2cell.intervals import clip_to_range, find_t_intervals
from bulk2cell.methods import MODEL, NO_SEED, NO_STRATEGY


@dataclass(frozen=True)
class Answer:
    """Answers of one method, strategy and seed for the labelled cells, in their order.

    Attributes
    ----------
    probability
        Of sensitive.
    call
        1 sensitive, 0 resistant, by the threshold alone.
    called
        False where the call is uncertain.
    """

    probability: NDArray[Any]
    call: NDArray[Any]
    called: NDArray[Any]
    method: str
    strategy: str
    seed: int = NO_SEED

    def metrics(
        self, label: NDArray[Any], bins: int, at: NDArray[Any] | slice = slice(None)
    ) -> dict[str, float]:
        """Return the metrics of the cells at the given positions."""
        return compute_metrics(label[at], self.probability[at], self.call[at], self.called[at], bins)


def answers_by_seed(cells: pd.DataFrame, calls: pd.DataFrame, threshold: float) -> list[Answer]:
    """Return the answers of every method, strategy and seed, in the order of `calls`.

    Parameters
    ----------
    cells
        Column cell: the labelled cells.
    calls
        Columns cell, method, strategy, seed, probability, call.
    """
    answers = []
    keys = ["method", "strategy", "seed"]
    for method, strategy, seed in calls[keys].drop_duplicates().itertuples(index=False):
        rows = calls[(calls[keys] == [method, strategy, seed]).all(axis=1)]
        row = rows.set_index("cell").loc[cells["cell"]]
        probability, called = row["probability"].to_numpy(), (row["call"] != UNCERTAIN).to_numpy()
        answers.append(answer_of(probability, called, threshold, method, strategy, seed))
    return answers


def answers_over_seeds(answers: Sequence[Answer], threshold: float) -> list[Answer]:
    """Return one answer per strategy: the mean probability over the seeds, for cells that most seeds call."""
    means = []
    for strategy in dict.fromkeys(answer.strategy for answer in answers):
        seeds = [answer for answer in answers if answer.strategy == strategy]
        probability = np.mean([answer.probability for answer in seeds], axis=0)
        called = np.mean([answer.called for answer in seeds], axis=0) > 0.5
        means.append(answer_of(probability, called, threshold, MODEL, strategy))
    return means


def answer_of(
    probability: NDArray[Any],
    called: NDArray[Any],
    threshold: float,
    method: str,
    strategy: str = NO_STRATEGY,
    seed: int = NO_SEED,
) -> Answer:
    """Take the threshold for what `Answer.call` is."""
    return Answer(probability, (probability >= threshold).astype(int), called, method, strategy, seed)


def score_rows(
    metrics: Mapping[str, float], method: str, strategy: str = NO_STRATEGY, seed: int = NO_SEED
) -> pd.DataFrame:
    """Return one row per metric: strategy, seed, method, metric, value."""
    table = pd.DataFrame({"metric": list(metrics), "value": np.array(list(metrics.values()), dtype=float)})
    return table.assign(strategy=strategy, seed=seed, method=method)


def tabulate_intervals(
    scores: pd.DataFrame,
    answers: Sequence[Answer],
    label: NDArray[Any],
    sample: NDArray[Any],
    bins: int,
    resamples: int,
) -> pd.DataFrame:
    """Return the model's intervals over seeds, and those of every answer over samples and cells.

    Parameters
    ----------
    scores
        Columns strategy, seed, method, metric, value.
    answers
        What is resampled.
    label, sample
        1 or 0 and the sample, one per labelled cell.
    bins
        Bins of the expected calibration error.
    resamples
        Number of resamples.

    Returns
    -------
    pd.DataFrame
        strategy, method, metric, over, mean, low, high, n.
    """
    of_model = scores[scores["method"] == MODEL]
    over_seeds = clip_to_range(find_t_intervals(of_model, ["strategy", "method", "metric"]))
    tables = [over_seeds.assign(over="seeds")]
    for answer in answers:

        def metrics(at: NDArray[np.intp], answer: Answer = answer) -> dict[str, float]:
            return answer.metrics(label, bins, at)

        table = bootstrap_intervals(label, sample, metrics, resamples)
        tables.append(table.assign(strategy=answer.strategy, method=answer.method, over="bootstrap"))
    return pd.concat(tables, ignore_index=True)
