import numpy as np

from bulk2cell.trust.expect import GRADES, expect


def test_more_of_a_signal_is_more_trust() -> None:
    found = [expect(value, 0.3).expected_auroc for value in (-2.0, 0.0, 2.0)]
    assert found == sorted(found)
    assert expect(1.0, 0.5).expected_auroc > expect(1.0, -0.5).expected_auroc


def test_the_grade_is_that_of_the_expected_auroc_which_lies_in_its_interval() -> None:
    seen = set()
    for stability in np.linspace(-30, 30, 200):
        trust = expect(stability, 0.2)
        assert 0 <= trust.low <= trust.expected_auroc <= trust.high <= 1
        assert trust.expected_auroc >= GRADES[trust.grade]
        better = [lowest for lowest in GRADES.values() if lowest > GRADES[trust.grade]]
        assert all(trust.expected_auroc < lowest for lowest in better)
        seen.add(trust.grade)
    assert seen == set(GRADES)
