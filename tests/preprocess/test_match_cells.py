from pathlib import Path

import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.preprocess.match_cells import match_cells

TABLE = Path("labels.csv")


@pytest.mark.parametrize(
    ("cells", "names", "rows", "how"),
    [
        (["a-b", "c-d"], ["c-d", "a-b", "e"], [1, 0], ""),
        (["a-b", "c d(2)"], ["a.b", "c.d.2."], [0, 1], "as R spells them (make.names): a.b is a-b"),
        (["a.b", "c.d"], ["a-b", "c-d"], [0, 1], "as R spells them (make.names): a-b is a.b"),
        (["1abc", "x"], ["x", "X1abc"], [1, 0], "as R spells them (make.names): X1abc is 1abc"),
        (["_a", ".1", ".a"], ["X_a", "X.1", ".a"], [0, 1, 2], "as R spells them (make.names): X_a is _a"),
        (["AAC-1", "CCA-1"], ["CCA", "AAC"], [1, 0], "without the suffix of one side: AAC is AAC-1"),
        (["AAC", "CCA"], ["CCA-1", "GGG-1"], [-1, 0], "without the suffix of one side: CCA-1 is CCA"),
        (["AAC-1", "CCA-2"], ["AAC.1", "CCA.2"], [0, 1], "as R spells them (make.names): AAC.1 is AAC-1"),
        (
            ["s-1_AAC-1", "s-1_CCA-1"],
            ["s.1_AAC", "s.1_CCA"],
            [0, 1],
            "as R spells them (make.names), without the suffix of one side: s.1_AAC is s-1_AAC-1",
        ),
        # other cells: suffixes on both sides tell samples apart, and so do the signs that R makes one
        (["AAC-1", "CCA-2"], ["AAC-1", "CCA-1"], [0, -1], ""),
        (["a-b", "c-d"], ["a-b", "c+d"], [0, -1], ""),
        (["a", "b"], ["c", "d"], [-1, -1], ""),
    ],
)
def test_cells_are_found(cells: list[str], names: list[str], rows: list[int], how: str) -> None:
    found, told = match_cells(pd.Index(names), pd.Index(cells), TABLE)
    assert (found.tolist(), told) == (rows, how)


@pytest.mark.parametrize(
    ("cells", "names", "message"),
    [
        (["a", "b"], ["a", "b", "a"], "cell a occurs twice; label each cell once"),
        (
            ["AAC-1", "AAC-2"],
            ["AAC"],
            "only without the suffix of one side, and then AAC, AAC-1, AAC-2 are one",
        ),
        (
            ["AAC"],
            ["AAC-1", "AAC-2"],
            "only without the suffix of one side, and then AAC-1, AAC-2, AAC are one",
        ),
        (["a-b", "a+b"], ["a.b"], r"only as R spells them \(make.names\), and then a.b, a-b, a\+b are one"),
    ],
)
def test_names_of_several_cells_are_refused(cells: list[str], names: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        match_cells(pd.Index(names), pd.Index(cells), TABLE)
