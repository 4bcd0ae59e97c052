"""Train and validation lines."""

from typing import Any

import pandas as pd
from sklearn.model_selection import train_test_split


def split_lines(labels: "pd.Series[Any]", validation_fraction: float, seed: int) -> "pd.Series[str]":
    """Hold out the same fraction of the sensitive, the resistant and the unlabelled lines.

    Parameters
    ----------
    labels
        1, 0 or NaN by line. A class of a single line goes to train.
    validation_fraction
        Fraction of each class held out, rounded up.
    seed
        Seed of the choice.

    Returns
    -------
    pd.Series
        train or validation, by line, in the order of `labels`.
    """
    split = pd.Series("train", index=labels.index, name="split", dtype=object)
    for _, group in labels.sort_index().groupby(labels, dropna=False):
        if len(group) > 1:
            _, held_out = train_test_split(group.index, test_size=validation_fraction, random_state=seed)
            split[held_out] = "validation"
    return split
