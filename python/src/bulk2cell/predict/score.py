"""Probabilities of cells, each cell by itself."""

import anndata as ad
import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from bulk2cell.model.linear import LinearNetwork
from bulk2cell.model.network import Network
from bulk2cell.predict.align import standardised_block
from bulk2cell.preprocess.standardise import Scaling, denoise
from bulk2cell.progress import track

BATCH = 512


def score_cells(
    network: Network | LinearNetwork,
    scaling: Scaling,
    cells: ad.AnnData,
    columns: NDArray[np.intp],
    device: str,
) -> NDArray[np.float64]:
    """Return the probability of being sensitive, per cell.

    The network is in eval mode and every batch has the same size, the last one filled up, so that a cell's probability
    does not depend on the cells around it.

    Parameters
    ----------
    cells
        Cells x their own genes, on the model's scale of expression.
    columns
        For each model gene its column in `cells`, or -1.
    """
    probabilities = np.empty(cells.n_obs)
    for start in track(range(0, cells.n_obs, BATCH), "predict"):
        block = standardised_block(
            cells.X[start : start + BATCH], columns, scaling.cell_mean, scaling.cell_std
        )
        batch = np.zeros((BATCH, block.shape[1]), dtype=np.float32)
        batch[: len(block)] = block
        with torch.no_grad():
            x = torch.from_numpy(denoise(batch, scaling.cell_components)).to(device)
            logits = network.classify(network.code(x, "cells"))
            sensitive = torch.softmax(logits.double(), dim=1)[: len(block), 1]
        probabilities[start : start + BATCH] = sensitive.cpu().numpy()
    return probabilities


def predictions_table(
    names: list[str], probabilities: NDArray[np.float64], threshold: float, abstain_band: float
) -> pd.DataFrame:
    """Return one row per cell: cell, probability, call, abstained."""
    return pd.DataFrame(
        {
            "cell": names,
            "probability": probabilities,
            "call": np.where(probabilities >= threshold, "sensitive", "resistant"),
            "abstained": np.abs(probabilities - threshold) < abstain_band,
        }
    )
