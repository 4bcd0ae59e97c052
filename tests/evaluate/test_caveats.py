import pandas as pd

from bulk2cell.evaluate.caveats import shot_caveats

CELLS = pd.DataFrame(
    {"cell": ["a", "b", "c", "d"], "label": [None, 1.0, None, 0.0], "sample": ["s1", "s1", "s2", "s3"]}
)


def test_shots_from_tested_samples_are_told() -> None:
    (text,) = shot_caveats(CELLS, {"a", "c"})
    assert "the labels of 2 cells, and 1 of the 2 tested samples hold shots" in text


def test_shots_of_unknown_samples_are_told() -> None:
    (text,) = shot_caveats(CELLS.assign(sample=None), {"a"})
    assert "not known whether they come from the samples that are tested" in text


def test_shots_of_other_samples_and_no_shots_are_no_caveat() -> None:
    assert shot_caveats(CELLS, {"c"}) == []
    assert shot_caveats(CELLS, set()) == []
