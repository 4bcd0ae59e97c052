"""Ridge regression as a family of strategies: nothing to pretrain, and a fit in closed form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bulk2cell.model.cell_layers import Affine, Array, join, linear, log_odds
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.regimes import REGIMES, Regime
from bulk2cell.strategies import Strategy

if TYPE_CHECKING:
    from torch import Tensor

    from bulk2cell.ridge.network import RidgeNetwork
    from bulk2cell.train.checkpoint import Progress
    from bulk2cell.train.data import TrainingData
    from bulk2cell.train.shots import TrainingShots
    from bulk2cell.train.temperature import Calibration
    from bulk2cell.trust.expect import Trust

TARGETS = {"rank": "the rank of the response of all lines", "label": "the labels"}


def build(mask: Tensor, parameters: NetworkParameters) -> RidgeNetwork:
    """Return a network without weights."""
    from bulk2cell.ridge.network import RidgeNetwork

    return RidgeNetwork(mask, parameters)


def pretrain(
    network: RidgeNetwork,
    data: TrainingData,
    losses: LossParameters,
    training: TrainParameters,
    checkpoint: Path | None = None,
    fingerprint: str = "",
) -> Progress:
    """Do nothing: the encoder holds the scaling and the cells' components."""
    from bulk2cell.train.checkpoint import Progress

    return Progress()


def finetune(
    network: RidgeNetwork,
    data: TrainingData,
    shots: TrainingShots,
    losses: LossParameters,
    training: TrainParameters,
    checkpoint: Path | None = None,
    fingerprint: str = "",
) -> tuple[Progress, Calibration]:
    """Fit one weight per gene."""
    from bulk2cell.ridge.fit import fit_ridge

    return fit_ridge(network, data, shots, losses, training.seed)


def trust(data: TrainingData, losses: LossParameters, training: TrainParameters) -> Trust | None:
    """Return what can be expected of a model that learnt ranks and no label of a cell."""
    if losses.ridge_target != "rank" or REGIMES[training.regime].sees_labels:
        return None
    from bulk2cell.trust.rate import rate_study

    return rate_study(data, losses, training.seed)


def cell_layers(strategy: Strategy, stored: Callable[[str], Array]) -> list[Affine]:
    """Return one layer, encoder and classifier joined."""
    return [join(linear(stored, "encoder.0"), log_odds(linear(stored, "classifier.0")))]


def first_layer(parameters: NetworkParameters, units: int) -> tuple[str, int]:
    """Return the encoder and the pathway units."""
    return "encoder.0", units


def describe_training(
    known: Mapping[str, Any], regime: Regime, seeds: Sequence[int], pretraining: str, finetuning: str
) -> str:
    """Return what was learnt, from which lines, on which cells."""
    reduced = (
        f" Cells were reduced to their {known['cell_components']} leading principal components first."
        if known["cell_components"] and REGIMES[regime].sees_cells
        else ""
    )
    shots = " and the labels of cells of the target" if REGIMES[regime].sees_labels else ""
    return (
        f"It learnt {TARGETS[known['ridge_target']]}{shots} (penalty {known['ridge_penalty']} per gene; seeds "
        f"{', '.join(map(str, seeds))}, each a random weighting of the lines).{reduced} Held-out cell lines validated "
        "it and calibrated its probabilities; then it learnt from them, too."
    )
