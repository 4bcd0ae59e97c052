from bulk2cell.preprocess.study_warnings import exclusion_warnings, scale_warnings


def test_z_scores_are_pointed_out_and_why_they_are_taken_as_such() -> None:
    assert "because some values are negative" in scale_warnings("zscore", "auto")[0]
    assert "are declared as z-scores" in scale_warnings("zscore", "zscore")[0]
    assert scale_warnings("counts", "auto") == scale_warnings("log", "log") == []


def test_lines_that_were_to_be_excluded_and_are_not_there_are_named() -> None:
    assert "HeLa." in exclusion_warnings(["A549", "HeLa"], ["HeLa", "simulated"])[0]
    assert exclusion_warnings(["A549"], []) == []
