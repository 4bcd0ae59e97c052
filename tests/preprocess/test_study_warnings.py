from pathlib import Path

import anndata as ad
import numpy as np

from bulk2cell.cells.cell_file import CellFile
from bulk2cell.cells.open_cells import in_memory
from bulk2cell.preprocess.study_warnings import exclusion_warnings, scale_warnings


def file_of(**layers: np.ndarray) -> CellFile:
    return in_memory(Path("cells"), ad.AnnData(np.ones((3, 2)), layers=layers))


def test_counts_left_in_a_layer_are_pointed_out() -> None:
    both = file_of(counts=np.ones((3, 2)))
    assert "layers['counts']" in scale_warnings(both, "log", "auto")[0]
    assert scale_warnings(both, "counts", "auto") == scale_warnings(file_of(), "log", "auto") == []


def test_z_scores_are_pointed_out_and_why_they_are_taken_as_such() -> None:
    assert "because some values are negative" in scale_warnings(file_of(), "zscore", "auto")[0]
    assert "are declared as z-scores" in scale_warnings(file_of(), "zscore", "zscore")[0]


def test_lines_that_were_to_be_excluded_and_are_not_there_are_named() -> None:
    assert "HeLa." in exclusion_warnings(["A549", "HeLa"], ["HeLa", "simulated"])[0]
    assert exclusion_warnings(["A549"], []) == []
