"""Which matrix of an AnnData holds the expression.

What `--layer` or `--use-raw` declares; else, among X, raw, and layers that are named as counts are: scaled matrices
last, then the one with the most genes, then whole counts before other values, then X before a layer before raw.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput

MAIN, RAW, LAYER = "X", "raw", "layers/"
VALUES_TO_LOOK_AT = 500_000  # some 100 cells or more
COUNT_LAYERS = (
    "counts",
    "count",
    "raw_counts",
    "counts_raw",
    "rawcounts",
    "raw_count",
    "raw",
    "umi",
    "umis",
    "umi_counts",
)


@dataclass(frozen=True)
class Look:
    """What the first values of a matrix look like."""

    scaled: bool
    whole: bool
    empty: bool

    @property
    def words(self) -> str:
        """Name the values."""
        return (
            "is empty"
            if self.empty
            else "is scaled"
            if self.scaled
            else "has whole counts"
            if self.whole
            else "has decimals"
        )


@dataclass(frozen=True)
class Matrix:
    """A matrix of cells x genes.

    Attributes
    ----------
    name
        X, raw, or layers/NAME.
    genes
        Number of its genes.
    look
        Looks at its first values.
    """

    name: str
    genes: int
    look: Callable[[], Look]


def require_numbers(path: Path, kind: "np.dtype[Any]", matrix: str) -> None:
    """Raise if values of this type are not real numbers.

    Raises
    ------
    InputError
        With the kind.
    """
    if kind.kind not in "biuf":
        raise InputError(f"{path}: {matrix} holds values of the kind {kind}; expression must be numbers")


def look_at(values: Any) -> Look:
    """Look at the first values of a matrix, in memory or in a file: cells x genes, or what a sparse one stores."""
    values = np.asarray(values[: VALUES_TO_LOOK_AT // max(int(np.prod(values.shape[1:])), 1)])
    if not values.size:
        return Look(scaled=False, whole=False, empty=True)
    return Look(
        scaled=bool((values < 0).any()),
        whole=bool((values == np.rint(values)).all()),
        empty=not values.any(),
    )


def choose_matrix(
    matrices: Sequence[Matrix], cell_input: CellInput, path: Path
) -> tuple[str, tuple[str, ...]]:
    """Return the name of the matrix that holds the expression, and a note if it is not the only one that could.

    Parameters
    ----------
    matrices
        All of a file: X, layers, raw, in this order.

    Raises
    ------
    InputError
        If the declared one, or any, is not there.
    """
    names = [matrix.name for matrix in matrices]
    declared = RAW if cell_input.use_raw else f"{LAYER}{cell_input.layer}" if cell_input.layer else ""
    if declared:
        if declared not in names:
            raise InputError(
                f"{path}: there is no {declared}; expression can be in {', '.join(names) or 'none: it is empty'}"
            )
        return declared, ()
    usable = [matrix for matrix in matrices if matrix.name in (MAIN, RAW) or _named_as_counts(matrix.name)]
    if not usable:
        raise InputError(
            f"{path}: no expression in X or raw; name the layer that holds it by --layer: "
            f"{', '.join(names) or 'there is none'}"
        )
    if len(usable) == 1:
        return usable[0].name, ()
    looks = {matrix.name: matrix.look() for matrix in usable}
    fit = [
        matrix for matrix in usable if not (looks[matrix.name].scaled or looks[matrix.name].empty)
    ] or usable
    full = [matrix for matrix in fit if matrix.genes == max(other.genes for other in fit)]
    best = next((matrix for matrix in full if looks[matrix.name].whole), full[0])
    return best.name, () if best.name == MAIN else (_reason(best, usable, looks),)


def _named_as_counts(name: str) -> bool:
    return name.removeprefix(LAYER).lower().replace(" ", "_") in COUNT_LAYERS


def _reason(best: Matrix, usable: Sequence[Matrix], looks: dict[str, Look]) -> str:
    text = f"Expression was taken from {best.name} ({best.genes} genes), which {looks[best.name].words}"
    if usable[0].name == MAIN:
        text += f"; X ({usable[0].genes} genes) {looks[MAIN].words}"
    return f"{text}. Declare --layer or --use-raw to choose."
