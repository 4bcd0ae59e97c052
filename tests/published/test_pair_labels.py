from pathlib import Path

import pandas as pd

from bulk2cell.published.pair import Labels, PairFile, Role
from bulk2cell.published.pair_labels import label_cells

ROLES = {"sensitive": Role(match="S", cells="s"), "resistant": Role(match="R", cells="r")}


def test_a_group_that_takes_no_part_leaves_the_cell_a_sample_of_its_own() -> None:
    obs = pd.DataFrame({"file": "one"}, index=["S_1", "R_2", "Rx"])
    labels = Labels(by="cell", **ROLES, sample="_(1)?")
    assert label_cells(obs, labels, None)["sample"].tolist() == ["1", "R_2", "Rx"]


def test_the_cells_names_may_hold_the_response(tmp_path: Path) -> None:
    (tmp_path / "cells.csv").write_text("cell,more\nS1,a\nR1,b\n")
    obs = pd.DataFrame({"file": "one"}, index=["S1", "R1"])
    labels = Labels(by="annotation", **ROLES, annotation=PairFile(name="cells.csv"), column="cell")
    found = label_cells(obs, labels, tmp_path / "cells.csv")
    assert found["response"].tolist() == ["sensitive", "resistant"]
    assert found["sample"].tolist() == ["S1", "R1"]
