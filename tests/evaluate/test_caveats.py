import pandas as pd
import pytest

from bulk2cell.evaluate.caveats import warn_of_cells, warn_of_shots

CELLS = pd.DataFrame(
    {"cell": ["a", "b", "c", "d"], "label": [None, 1.0, None, 0.0], "sample": ["s1", "s1", "s2", "s3"]}
)


@pytest.mark.parametrize(("sensitive", "resistant", "told"), [(20, 20, 0), (300, 19, 1), (1, 300, 1)])
def test_few_labelled_cells_of_a_class_are_told(sensitive: int, resistant: int, told: int) -> None:
    found = warn_of_cells(pd.DataFrame({"label": [1.0] * sensitive + [0.0] * resistant}))
    assert len(found) == told
    assert all(f"{sensitive} sensitive, {resistant} resistant" in text for text in found)


def test_shots_from_tested_samples_are_told() -> None:
    (text,) = warn_of_shots(CELLS, {"a", "c"})
    assert "the labels of 2 cells, and 1 of the 2 tested samples hold shots" in text


def test_shots_of_unknown_samples_are_told() -> None:
    (text,) = warn_of_shots(CELLS.assign(sample=None), {"a"})
    assert "not known whether they come from the samples that are tested" in text


def test_shots_of_other_samples_and_no_shots_are_no_caveat() -> None:
    assert warn_of_shots(CELLS, {"c"}) == []
    assert warn_of_shots(CELLS, set()) == []
