import json

from bulk2cell.regimes import REGIMES, WITH_CONTROLS, WITH_LABELS, WITH_SHOTS, facts_of_regimes, with_letters


def test_what_each_regime_sees_and_what_follows() -> None:
    assert [regime for regime, access in REGIMES.items() if access.sees_cells] == ["B", "C", "D"]
    assert (WITH_LABELS, WITH_SHOTS, WITH_CONTROLS) == (["C", "D"], ["C"], ["A", "B"])
    assert [access.folder for access in REGIMES.values()] == ["regime_A", "", "regime_C", "regime_D"]


def test_regimes_are_named_in_words_with_the_letter_to_type() -> None:
    assert with_letters(["A", "B"]) == "regime A (cells not seen) or regime B (cells seen without labels)"


def test_the_table_can_be_handed_on_as_json() -> None:
    facts = json.loads(json.dumps(facts_of_regimes()))
    assert list(facts) == ["A", "B", "C", "D"]
    assert facts["C"]["takes_shots"] is True
