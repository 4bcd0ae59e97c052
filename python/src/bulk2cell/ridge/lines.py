"""What all drugs share of the lines."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.cells.standardise import gene_statistics, standardise
from bulk2cell.ridge.target import draw_line_weights


@dataclass(frozen=True)
class Lines:
    """L lines, standardised, as seen by some cells.

    Attributes
    ----------
    names
        Key of each line.
    gram
        Inner products of the lines over all genes, L x L.
    codes
        The lines in the components that the cells are reduced to, L x K.
    weights
        How much each line weighs, see `draw_line_weights`.
    z
        Standardised expression, L x genes.
    """

    names: "pd.Index[str]"
    gram: NDArray[np.float32]
    codes: NDArray[np.float32]
    weights: NDArray[np.float64]
    z: NDArray[np.float32]

    @property
    def genes(self) -> int:
        """Number of genes."""
        return int(self.z.shape[1])


def share_lines(
    expression: NDArray[np.float32], names: "pd.Index[str]", components: NDArray[np.float32], seed: int
) -> Lines:
    """Return what all drugs share of the lines.

    Parameters
    ----------
    expression
        Lines x genes, natural log.
    components
        K x genes.
    seed
        Of the lines' weights.
    """
    z = standardise(expression, *gene_statistics(expression))
    return Lines(names, z @ z.T, z @ components.T, draw_line_weights(len(names), seed), z)
