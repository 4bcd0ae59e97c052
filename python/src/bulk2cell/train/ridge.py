"""Ridge regression of the lines' response (Hoerl & Kennard, Technometrics 1970), in closed form.

One seed is one Bayesian bootstrap (Rubin, Ann. Statist. 1981): the training lines are weighted at random, so that the
scatter over seeds shows how far the answer depends on which lines were screened.
"""

import torch
from scipy.stats import rankdata
from sklearn.linear_model import Ridge
from torch import Tensor

from bulk2cell.model.linear import LinearNetwork
from bulk2cell.parameters import LossParameters, RidgeTarget
from bulk2cell.train.checkpoint import Progress
from bulk2cell.train.data import TrainingData
from bulk2cell.train.shots import Shots
from bulk2cell.train.validation import held_out_losses


def fit_ridge(network: LinearNetwork, data: TrainingData, shots: Shots, losses: LossParameters) -> Progress:
    """Give the network the weights that ridge regression finds on the training lines.

    Lines weigh 1 on average, and all shots together as much as all lines. Genes without a unit take no part.

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
    weight = torch.cat([weights, of_shots])
    model = Ridge(alpha=losses.ridge_penalty * x.shape[1]).fit(
        x.cpu().numpy(), learnt.cpu().numpy(), sample_weight=(weight / weight.mean()).cpu().numpy()
    )
    network.set_weights(torch.from_numpy(model.coef_).to(x))
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
    order = torch.from_numpy(rankdata(data.response[known].cpu().numpy()) - 1).to(data.response)
    rank = torch.full_like(data.response, torch.nan)
    rank[known] = 1 - order / max(len(order) - 1, 1)
    return rank
