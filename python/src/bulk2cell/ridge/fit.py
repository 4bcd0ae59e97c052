"""Ridge regression of the lines' response (Hoerl & Kennard, Technometrics 1970), in closed form."""

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import Ridge
from torch import Tensor

from bulk2cell.parameters import LossParameters, RidgeTarget
from bulk2cell.ridge.left_out import leave_one_out
from bulk2cell.ridge.network import RidgeNetwork
from bulk2cell.ridge.target import draw_line_weights, rank_response
from bulk2cell.train.checkpoint import Progress
from bulk2cell.train.data import TrainingData
from bulk2cell.train.shots import TrainingShots
from bulk2cell.train.temperature import Calibration, divide_logits, find_log_odds, find_temperature
from bulk2cell.train.validation import held_out_logits, held_out_losses


@torch.no_grad()
def fit_ridge(
    network: RidgeNetwork, data: TrainingData, shots: TrainingShots, losses: LossParameters, seed: int
) -> tuple[Progress, Calibration]:
    """Learn from the training lines, take the temperature from the held-out lines, then learn from all lines.

    Parameters
    ----------
    network
        Its weights are replaced.
    losses
        Penalty per gene, and what is learnt: the rank of the response of all lines, or the labels.
    seed
        Of the lines' weights.

    Returns
    -------
    Progress
        Validation losses of the held-out lines, before they were learnt from.
    Calibration
        By each line's score when it is left out alone; with shots, which may be many, by the held-out lines' scores.
    """
    network.eval()
    weights = torch.from_numpy(draw_line_weights(len(data.bulk), seed)).to(data.bulk)
    network.set_weights(fit_weights(network, data, data.train, weights, shots, losses))
    row: dict[str, float] = {"epoch": 1}
    row |= {f"validation_{name}": value.item() for name, value in held_out_losses(network, data).items()}
    logits, labels = held_out_logits(network, data)
    temperature = find_temperature(logits, labels)
    scores = find_log_odds(logits)
    if not len(shots.rows):
        scores, labels = score_left_out(network, data, weights, losses), data.labels[data.labelled]
    network.set_weights(fit_weights(network, data, torch.ones_like(data.train), weights, shots, losses))
    divide_logits(network, temperature)
    progress = Progress(epoch=1, best_epoch=1, best_loss=row["validation_total"], history=[row])
    return progress, Calibration(temperature, scores / temperature, labels.bool().cpu().numpy())


def score_left_out(
    network: RidgeNetwork, data: TrainingData, weights: Tensor, losses: LossParameters
) -> NDArray[np.float64]:
    """Return the logit of each labelled line by the fit to all other lines; arguments as for `fit_weights`."""
    target = find_targets(data, torch.ones_like(data.train), losses.ridge_target)
    known = ~target.isnan()
    x = data.bulk[known] * network.reachable
    weight = (weights[known] / weights[known].mean()).double().cpu().numpy()
    gram, learnt = (x @ x.T).double().cpu().numpy(), target[known].double().cpu().numpy()
    scores = leave_one_out(gram, learnt, weight, losses.ridge_penalty * x.shape[1])
    return np.asarray(scores[data.labelled[known].cpu().numpy()])


def fit_weights(
    network: RidgeNetwork,
    data: TrainingData,
    lines: Tensor,
    weights: Tensor,
    shots: TrainingShots,
    losses: LossParameters,
) -> Tensor:
    """Return one weight per gene (G), learnt from some lines and the shots; 0 for a gene without a unit.

    Lines weigh 1 on average, and all shots together as much as all lines.

    Parameters
    ----------
    lines
        Which lines may be learnt from; those without a target are left out.
    weights
        Of all lines, see `draw_line_weights`.
    """
    target = find_targets(data, lines, losses.ridge_target)
    known = ~target.isnan()
    of_lines = weights[known]
    of_shots = torch.full_like(shots.labels, len(of_lines) / max(len(shots.labels), 1), dtype=weights.dtype)
    x = torch.cat([data.bulk[known], data.cells[shots.rows]]) * network.reachable
    learnt = torch.cat([target[known], shots.labels.to(target)])
    weight = torch.cat([of_lines, of_shots])
    model = Ridge(alpha=losses.ridge_penalty * x.shape[1]).fit(
        x.cpu().numpy(), learnt.cpu().numpy(), sample_weight=(weight / weight.mean()).cpu().numpy()
    )
    return torch.from_numpy(model.coef_).to(x)


def find_targets(data: TrainingData, lines: Tensor, kind: RidgeTarget) -> Tensor:
    """Return what is learnt per line, 1 the most sensitive and 0 the most resistant; NaN where there is nothing to learn.

    rank
        One minus the rank of the response among the lines that have one; low response means sensitive.
    label
        The label.

    Parameters
    ----------
    lines
        Which lines may be learnt from.
    """
    if kind == "label":
        return data.labels.where(lines, torch.nan)
    known = lines & ~data.response.isnan()
    rank = torch.full_like(data.response, torch.nan)
    rank[known] = torch.from_numpy(rank_response(data.response[known].cpu().numpy())).to(data.response)
    return rank
