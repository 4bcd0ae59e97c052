import anndata as ad
import numpy as np
import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.parameters import StudyParameters
from bulk2cell.preprocess.source_lines import label_lines, split_lines

PARAMETERS = StudyParameters(min_labelled_lines=6, validation_fraction=0.25)


@pytest.fixture
def response() -> pd.DataFrame:
    """Twenty lines, AUC rising from L00 to L19; L18 and L19 have no expression."""
    table = pd.DataFrame(
        {"DATASET": "GDSC2", "CELL_LINE_NAME": [f"L-{i:02d}" for i in range(20)], "DRUG_NAME": "Drug-A"}
    )
    table["AUC"] = np.linspace(0, 0.95, 20)
    return table


@pytest.fixture
def expression() -> ad.AnnData:
    lines = [f"L{i:02d}" for i in range(18)] + ["MUTE"]
    return ad.AnnData(np.ones((19, 2), np.float32), obs=pd.DataFrame(index=lines))


def test_labels_are_cut_on_all_lines_with_a_response(expression: ad.AnnData, response: pd.DataFrame) -> None:
    bulk, facts = label_lines(expression, response, "drug a", [], PARAMETERS, "r")
    assert list(bulk.obs_names[bulk.obs["label"] == 1]) == [f"L{i:02d}" for i in range(6)]
    assert list(bulk.obs_names[bulk.obs["label"] == 0]) == [f"L{i:02d}" for i in range(14, 18)]
    assert np.isnan(bulk.obs.loc["MUTE", "response"])
    assert facts["drug"] == "Drug-A"
    assert facts["label_cuts"] == pytest.approx({"sensitive_at_most": 0.25, "resistant_at_least": 0.7})
    assert facts["lines"]["labelled"] == {"sensitive": 6, "resistant": 4}
    assert facts["lines"]["expression"] == 19
    assert facts["lines"]["response"] == 18
    assert facts["lines"]["train"] + facts["lines"]["validation"] == 19


def test_excluded_lines_are_gone_whatever_their_spelling_and_move_no_label(
    expression: ad.AnnData, response: pd.DataFrame
) -> None:
    whole, _ = label_lines(expression, response, "Drug-A", [], PARAMETERS, "r")
    bulk, facts = label_lines(expression, response, "Drug-A", ["l-00", "mute", "HeLa"], PARAMETERS, "r")
    assert not {"L00", "MUTE"} & set(bulk.obs_names)
    assert facts["excluded_lines"] == {"removed": ["l-00", "mute"], "not_in_source": ["HeLa"]}
    pd.testing.assert_series_equal(bulk.obs["label"], whole.obs.loc[bulk.obs_names, "label"])


def test_too_few_labelled_lines(expression: ad.AnnData, response: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="6 sensitive and 4 resistant lines with expression, at least 11"):
        label_lines(expression, response, "Drug-A", [], StudyParameters(min_labelled_lines=11), "r")


def test_one_class_alone(expression: ad.AnnData, response: pd.DataFrame) -> None:
    everything = StudyParameters(min_labelled_lines=6, label_strategy="threshold", response_threshold=2.0)
    with pytest.raises(InputError, match="18 sensitive and 0 resistant"):
        label_lines(expression, response, "Drug-A", [], everything, "r")


def test_bulk_of_other_names_shows_both(expression: ad.AnnData, response: pd.DataFrame) -> None:
    turned = ad.AnnData(expression.X, obs=pd.DataFrame(index=[f"GENE{i}" for i in range(19)]))
    with pytest.raises(InputError, match=r"\(L00, L01, L02\) is a bulk line \(GENE0"):
        label_lines(turned, response, "Drug-A", [], PARAMETERS, "r")


def labels_of(sensitive: int, resistant: int, unlabelled: int) -> "pd.Series[float]":
    values = [1.0] * sensitive + [0.0] * resistant + [np.nan] * unlabelled
    return pd.Series(values, index=[f"L{i:03d}" for i in range(len(values))])


def test_each_class_gives_the_same_fraction() -> None:
    given = labels_of(20, 30, 50)
    held_out = given[split_lines(given, 0.2, 0) == "validation"]
    assert (held_out == 1).sum() == 4
    assert (held_out == 0).sum() == 6
    assert held_out.isna().sum() == 10


def test_validation_has_both_classes_however_small() -> None:
    given = labels_of(2, 60, 1)
    held_out = given[split_lines(given, 0.05, 0) == "validation"]
    assert set(held_out.dropna()) == {0.0, 1.0}


def test_order_of_lines_does_not_matter_and_the_seed_does() -> None:
    given = labels_of(20, 30, 50)
    shuffled = given.sample(frac=1, random_state=3)
    pd.testing.assert_series_equal(split_lines(shuffled, 0.2, 0).sort_index(), split_lines(given, 0.2, 0))
    assert not split_lines(given, 0.2, 1).equals(split_lines(given, 0.2, 0))
