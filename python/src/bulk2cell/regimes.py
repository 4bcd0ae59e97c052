"""The regimes: what training may see of the target's cells, and what follows from it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Regime = Literal["A", "B", "C", "D"]


@dataclass(frozen=True)
class Access:
    """What training may see in a regime.

    Attributes
    ----------
    words
        What a person reads for the letter.
    sentence
        The same as a sentence of the report.
    sees_cells
        Expression of the cells takes part in training and standardises them; else the lines' does.
    sees_labels
        Labels of some cells, the shots, take part in fine-tuning, and no test holds these cells.
    takes_shots
        The number of shots is chosen, as --shots; else it is none, or half of the smaller class's cells per class.
    has_controls
        Controls are trained: they must not learn from labels of cells.
    folder
        Models and scores are in a folder of this name; empty: beside the study.
    """

    words: str
    sentence: str
    sees_cells: bool
    sees_labels: bool
    takes_shots: bool
    has_controls: bool
    folder: str


REGIMES: Mapping[Regime, Access] = {
    "A": Access(
        words="cells not seen",
        sentence="Training saw the cell lines alone, and no cell of the target.",
        sees_cells=False,
        sees_labels=False,
        takes_shots=False,
        has_controls=True,
        folder="regime_A",
    ),
    "B": Access(
        words="cells seen without labels",
        sentence="Training saw the target's cells, but none of their labels.",
        sees_cells=True,
        sees_labels=False,
        takes_shots=False,
        has_controls=True,
        folder="",
    ),
    "C": Access(
        words="a few cells seen with labels",
        sentence="Training saw the labels of a few of the target's cells, which are left out of the test.",
        sees_cells=True,
        sees_labels=True,
        takes_shots=True,
        has_controls=False,
        folder="regime_C",
    ),
    "D": Access(
        words="up to half of the cells seen with labels",
        sentence="Training saw the labels of up to half of the target's cells, as many sensitive as resistant ones, "
        "which are left out of the test: this is a ceiling, not a result.",
        sees_cells=True,
        sees_labels=True,
        takes_shots=False,
        has_controls=False,
        folder="regime_D",
    ),
}
WITH_LABELS = [regime for regime, access in REGIMES.items() if access.sees_labels]
WITH_SHOTS = [regime for regime, access in REGIMES.items() if access.takes_shots]
WITH_CONTROLS = [regime for regime, access in REGIMES.items() if access.has_controls]


def with_letter(regime: Regime) -> str:
    """Return the letter that a person types for a regime, and the regime in words."""
    return f"regime {regime} ({REGIMES[regime].words})"


def with_letters(regimes: Iterable[Regime]) -> str:
    """Return regimes as a choice, see `with_letter`."""
    return " or ".join(map(with_letter, regimes))


def facts_of_regimes() -> dict[str, dict[str, Any]]:
    """Return the table by letter as JSON holds it, for the pipeline."""
    return {regime: asdict(access) for regime, access in REGIMES.items()}
