import pandas as pd

from bulk2cell.preprocess.study_warnings import exclusion_warnings, sample_warnings, scale_warnings


def test_z_scores_are_pointed_out_and_why_they_are_taken_as_such() -> None:
    assert "because some values are negative" in scale_warnings("zscore", "auto")[0]
    assert "are declared as z-scores" in scale_warnings("zscore", "zscore")[0]
    assert scale_warnings("counts", "auto") == scale_warnings("log", "log") == []


def test_lines_that_were_to_be_excluded_and_are_not_there_are_named() -> None:
    assert "HeLa." in exclusion_warnings(["A549", "HeLa"], ["HeLa", "simulated"])[0]
    assert exclusion_warnings(["A549"], []) == []


def test_samples_that_are_called_as_lines_are_told_however_they_are_spelt() -> None:
    samples, lines = pd.Series(["NCI-H1975", None, "P1", "nci_h1975", "pc-9"]), pd.Index(["H1975", "A549"])
    (warning,) = sample_warnings(samples, lines)
    assert "learnt from: 2 (NCI-H1975, nci_h1975); if" in warning
    assert sample_warnings(samples, pd.Index(["A549"])) == []
    assert sample_warnings(pd.Series([None, None], dtype=object), lines) == []
