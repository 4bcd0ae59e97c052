"""A plain network: an encoder that reconstructs lines and cells and learns the response of the lines.

Used by transfer_networks.py. Schedule and batches are those of the package's own networks; the sizes are its defaults, but
for one encoder and one dense decoder in place of private and shared ones.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, dropout, mse_loss

from bulk2cell.networks.batches import pair_batches
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.train.data import TrainingData

UNITS = 55


@dataclass(frozen=True)
class Encoder:
    """What differs between the plain encoders.

    Attributes
    ----------
    ranks
        Learn the ranks of the response as soft labels, of all lines; else the labels.
    components
        Leading principal components that cells are reduced to; 0: none.
    weight_decay
        Of AdamW.
    input_dropout
        Fraction of genes set to 0 in training.
    reconstruction
        Weight of each domain's reconstruction.
    """

    ranks: bool = True
    components: int = NetworkParameters().cell_components
    weight_decay: float = 0.0
    input_dropout: float = 0.0
    reconstruction: float = LossParameters().pretrain_weight


PLAIN = {
    "plain encoder, labels, raw cells": Encoder(ranks=False, components=0),
    "plain encoder, ranks, raw cells": Encoder(components=0),
    "plain encoder": Encoder(),
    "plain encoder, weight decay 1": Encoder(weight_decay=1.0),
    "plain encoder, input dropout 0.5": Encoder(input_dropout=0.5),
    "plain encoder, input dropout 0.8, weight decay 0.3": Encoder(input_dropout=0.8, weight_decay=0.3),
    "plain encoder, no reconstruction": Encoder(reconstruction=0.0),
}


def fit_encoder(data: TrainingData, kind: Encoder, training: TrainParameters) -> Any:
    """Train a plain encoder and return the cells' scores, of the epoch that fits the held-out lines best."""
    learnt = soft_labels(data) if kind.ranks else data.labels
    lines = (data.train & ~learnt.isnan()).nonzero().squeeze(1)
    held_out = ~data.train & ~learnt.isnan()
    encoder, _, head = parts = new_parts(data.bulk.shape[1], NetworkParameters())
    optimiser = torch.optim.AdamW(
        parts.parameters(), training.learning_rate, weight_decay=kind.weight_decay, fused=True
    )
    best, waited, scores = torch.inf, 0, torch.zeros(len(data.cells))
    for _ in range(training.finetune_epochs):
        parts.train()
        for batch in pair_batches(lines, len(data.cells), training.batch_size):
            optimiser.zero_grad()
            batch_loss(parts, data, learnt, kind, *batch).backward()
            nn.utils.clip_grad_norm_(parts.parameters(), training.clip_norm)
            optimiser.step()
        parts.eval()
        with torch.no_grad():
            logits = head(encoder(data.bulk[held_out])).squeeze(1)
            now = binary_cross_entropy_with_logits(logits, learnt[held_out]).item()
            waited += 1
            if now < best - training.min_delta:
                best, waited, scores = now, 0, head(encoder(data.cells)).squeeze(1)
        if waited >= training.patience:
            break
    return scores.numpy()


def batch_loss(
    parts: nn.ModuleList, data: TrainingData, learnt: Tensor, kind: Encoder, lines: Tensor, cells: Tensor
) -> Tensor:
    """Return the loss of the lines' response, and of the reconstruction of lines and cells."""
    encoder, decoder, head = parts
    x = torch.cat([data.bulk[lines], data.cells[cells]])
    code = encoder(dropout(x, kind.input_dropout))
    loss = binary_cross_entropy_with_logits(head(code[: len(lines)]).squeeze(1), learnt[lines])
    if kind.reconstruction:
        loss = loss + 2 * kind.reconstruction * mse_loss(decoder(code), x)
    return loss


def soft_labels(data: TrainingData) -> Tensor:
    """Return one minus the rank of each line's response, from 0 to 1; NaN where it is not known."""
    ranks = pd.Series(data.response.numpy()).rank(pct=True)
    return torch.from_numpy(1 - ranks.to_numpy()).to(data.bulk)


def new_parts(genes: int, sizes: NetworkParameters) -> nn.ModuleList:
    """Return encoder, decoder and classifier."""
    encoder = nn.Sequential(
        nn.Linear(genes, sizes.hidden),
        nn.ReLU(),
        nn.BatchNorm1d(sizes.hidden),
        nn.Dropout(sizes.dropout),
        nn.Linear(sizes.hidden, UNITS),
    )
    head = nn.Sequential(
        nn.Linear(UNITS, 128),
        nn.ReLU(),
        nn.Dropout(sizes.dropout),
        nn.Linear(128, 32),
        nn.ReLU(),
        nn.Linear(32, 1),
    )
    return nn.ModuleList([encoder, nn.Linear(UNITS, genes), head])
