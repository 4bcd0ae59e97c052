import pytest

from bulk2cell.screen.describe import tell_screen
from made_up_screen import make_screen


def told(capsys: pytest.CaptureFixture[str], **facts: object) -> list[str]:
    tell_screen(make_screen(**facts))  # type: ignore[arg-type]
    return capsys.readouterr().err.splitlines()


def test_drugs_that_find_a_sensitive_group_stand_in_columns_below_the_trust(
    capsys: pytest.CaptureFixture[str],
) -> None:
    drugs = {"Axitinib": "strong", "Notsignificantib": "strong", "X" * 60: "fair", "Y": "do not use"}
    lines = told(capsys, drugs=drugs, warnings=["planted"])
    assert lines[:2] == [
        "30 cells in 3 groups (cluster), 4 drugs, 970 lines",
        "trust: 2 strong, 1 fair, 0 weak, 1 do not use",
    ]
    heading, first, second = lines[3:6]
    assert [line.split()[0] for line in (heading, first)] == ["drug", "Axitinib"]
    for name, value in {
        "trust": "strong",
        "AUROC": "0.80",
        "group": "tumour",
        "contrast": "1.00",
        "FDR": "0.01",
    }.items():
        assert heading.index(name) == first.index(value)
    assert second.startswith("XXX")
    assert max(map(len, lines[3:6])) <= 80
    assert not any("Notsignificantib" in line for line in lines)
    assert lines[-1] == "warning: planted"


def test_nothing_to_compare_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "one group alone: there is nothing to compare" in told(capsys, groups=["all"])
    assert "no trusted drug finds a group more sensitive than the others" in told(capsys, selective=False)
