"""From signals to the AUROC that is to be expected, and a grade.

How signals combine was learnt on lines of a tissue that were held out and turned into simulated cells, thousands of tasks of
known answer (`benchmarks/trust/learn.py` writes `learnt.json`); labels of real cells had no part in it (docs/trust.md).
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# Lowest expected AUROC of each grade. Of the held-out tasks 33 % are below 0.64, among them 48 % of those whose AUROC
# came out below 0.5; from 0.75 on 6 % of the tasks did (docs/trust.md).
GRADES = {"strong": 0.75, "fair": 0.70, "weak": 0.64, "do not use": 0.0}
USABLE = ("strong", "fair")


@dataclass(frozen=True)
class Trust:
    """What can be expected of a drug's scores on given cells.

    Attributes
    ----------
    expected_auroc
        Mean AUROC of tasks with such signals.
    low, high
        Four in five of these tasks have an AUROC between them.
    grade
        See `GRADES`.
    """

    expected_auroc: float
    low: float
    high: float
    grade: str


@cache
def _learnt() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = json.loads(
        files("bulk2cell.trust").joinpath("learnt.json").read_text(encoding="utf-8")
    )
    return found


def expect(stability: float, nearby: float) -> Trust:
    """Return what is to be expected from the signals of `trust.signals`."""

    def line(name: str) -> float:
        learnt = _learnt()[name]
        value = learnt["intercept"] + learnt["stability"] * stability + learnt["nearby"] * nearby
        return min(max(value, 0.0), 1.0)

    expected = line("mean")
    grade = next(name for name, lowest in GRADES.items() if expected >= lowest)
    return Trust(expected, min(line("low"), expected), max(line("high"), expected), grade)
