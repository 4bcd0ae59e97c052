"""Which gene belongs to which pathway unit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor


def unit_names(pathways: pd.DataFrame, free_units: int) -> list[str]:
    """Return the pathway units: the gene sets in order of first appearance, then the free units."""
    return [*pathways["set"].unique(), *(f"free {i + 1}" for i in range(free_units))]


def decoder_mask(genes: Sequence[str], pathways: pd.DataFrame, free_units: int) -> Tensor:
    """Return which gene belongs to which unit.

    Parameters
    ----------
    genes
        The G genes in the network's order.
    pathways
        Columns gene, set.
    free_units
        Units that are joined to every gene.

    Returns
    -------
    Tensor
        G x P float, 1 where gene and unit are joined.
    """
    row = pd.Index(genes).get_indexer(pd.Index(pathways["gene"]))
    column = pd.factorize(pathways["set"])[0]
    sets = int(column.max()) + 1
    mask = np.zeros((len(genes), sets + free_units), dtype=np.float32)
    mask[row, column] = 1
    mask[:, sets:] = 1
    return torch.from_numpy(mask)
