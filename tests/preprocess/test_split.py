import numpy as np
import pandas as pd

from bulk2cell.preprocess.split import split_lines


def labels(sensitive: int, resistant: int, unlabelled: int) -> "pd.Series[float]":
    values = [1.0] * sensitive + [0.0] * resistant + [np.nan] * unlabelled
    return pd.Series(values, index=[f"L{i:03d}" for i in range(len(values))])


def test_each_class_gives_the_same_fraction() -> None:
    given = labels(20, 30, 50)
    held_out = given[split_lines(given, 0.2, 0) == "validation"]
    assert (held_out == 1).sum() == 4
    assert (held_out == 0).sum() == 6
    assert held_out.isna().sum() == 10


def test_validation_has_both_classes_however_small() -> None:
    given = labels(2, 60, 1)
    held_out = given[split_lines(given, 0.05, 0) == "validation"]
    assert set(held_out.dropna()) == {0.0, 1.0}


def test_order_of_lines_does_not_matter_and_the_seed_does() -> None:
    given = labels(20, 30, 50)
    shuffled = given.sample(frac=1, random_state=3)
    pd.testing.assert_series_equal(split_lines(shuffled, 0.2, 0).sort_index(), split_lines(given, 0.2, 0))
    assert not split_lines(given, 0.2, 1).equals(split_lines(given, 0.2, 0))
