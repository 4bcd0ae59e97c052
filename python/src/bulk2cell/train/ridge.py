"""Ridge regression of the lines' response (Hoerl & Kennard, Technometrics 1970), in closed form.

One seed is one Bayesian bootstrap (Rubin, Ann. Statist. 1981): the training lines are weighted at random, so that the
scatter over seeds shows how far the answer depends on which lines were screened.
"""

import torch
from torch import Tensor

from bulk2cell.model.linear import LinearNetwork
from bulk2cell.parameters import LossParameters, RidgeTarget
from bulk2cell.train.checkpoint import Progress
from bulk2cell.train.data import TrainingData
from bulk2cell.train.shots import Shots
from bulk2cell.train.validation import held_out_losses


def fit_ridge(network: LinearNetwork, data: TrainingData, shots: Shots, losses: LossParameters) -> Progress:
    """Give the network the weights that ridge regression finds on the training lines.

    Genes without a unit take no part. All shots together weigh as much as all lines.

    Parameters
    ----------
    network
        Its weights are replaced.
    losses
        Penalty per gene, and what is learnt: the rank of the response of all lines, or the labels.
    """
    target = targets(data, losses.ridge_target)
    lines = data.train & ~target.isnan()
    weights = torch.empty(int(lines.sum())).exponential_().to(target)
    reachable = network.shares.sum(dim=1)
    of_shots = torch.full_like(shots.labels, len(weights) / max(len(shots.labels), 1), dtype=weights.dtype)
    x = torch.cat([data.bulk[lines], data.cells[shots.rows]]) * reachable
    learnt = torch.cat([target[lines], shots.labels.to(target)])
    found = ridge(x, learnt, torch.cat([weights, of_shots]), losses.ridge_penalty)
    network.set_weights(found * reachable)
    network.eval()
    row: dict[str, float] = {"epoch": 1}
    row |= {f"validation_{name}": value for name, value in held_out_losses(network, data).items()}
    return Progress(epoch=1, best_epoch=1, best_loss=row["validation_total"], history=[row])


def targets(data: TrainingData, kind: RidgeTarget) -> Tensor:
    """Return what is learnt per line, 1 the most sensitive and 0 the most resistant; NaN where it is not known.

    rank
        One minus the rank of the response among the training lines with one; low response means sensitive.
    label
        The label.
    """
    if kind == "label":
        return data.labels
    known = data.train & ~data.response.isnan()
    order = data.response[known].argsort(stable=True).argsort(stable=True)
    rank = torch.full_like(data.response, torch.nan)
    rank[known] = 1 - order.to(rank) / max(int(known.sum()) - 1, 1)
    return rank


def ridge(x: Tensor, target: Tensor, weights: Tensor, penalty: float) -> Tensor:
    """Return the coefficients of weighted ridge regression with an unpenalised intercept, by its dual (lines x lines).

    They minimise sum_i w_i (y_i - b - x_i beta)^2 + penalty G |beta|^2 with w scaled to mean 1.

    Parameters
    ----------
    x
        Lines x genes (G).
    target, weights
        Per line; weights are not negative.
    penalty
        Per gene.

    Returns
    -------
    Tensor
        G, in float32.
    """
    share = weights.double() / weights.double().sum()
    root = (share * len(share)).sqrt()[:, None]
    centred = (x.double() - share @ x.double()) * root
    rest = (target.double() - share @ target.double())[:, None] * root
    gram = centred @ centred.T
    gram.diagonal().add_(penalty * x.shape[1])
    dual: Tensor = torch.linalg.solve(gram, rest)
    return (centred.T @ dual).squeeze(1).float()
