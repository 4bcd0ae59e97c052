"""Both stages of training with several seeds: on a GPU together, else one after the other."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import torch

from bulk2cell.artefacts.folder import claimed_all
from bulk2cell.model.strategies import STRATEGIES
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.progress import say
from bulk2cell.regimes import REGIMES
from bulk2cell.train.finetune import finetune
from bulk2cell.train.finetune_together import finetune_together
from bulk2cell.train.pretrain import pretrain
from bulk2cell.train.pretrain_together import pretrain_together
from bulk2cell.train.seeds import choose_device

TOO_LARGE = "the GPU's memory is too small for all seeds at once: one after the other"


def pretrain_seeds(
    study: Path,
    outs: Mapping[int, Path],
    network: NetworkParameters,
    losses: LossParameters,
    training: TrainParameters,
) -> Iterator[Path]:
    """Pretrain with several seeds; see `pretrain`.

    Parameters
    ----------
    outs
        Folder of the encoder, by seed.

    Yields
    ------
    Path
        Each encoder once it is written.
    """
    with claimed_all(outs.values(), "encoder"):
        if gain_together(network, training, len(outs)):
            try:
                yield from pretrain_together(study, outs, network, losses, training)
                return
            except torch.OutOfMemoryError:
                say(TOO_LARGE)
        for seed, out in outs.items():
            yield pretrain(study, out, network, losses, replace(training, seed=seed))


def finetune_seeds(
    study: Path,
    encoders: Mapping[int, Path],
    outs: Mapping[int, Path],
    network: NetworkParameters,
    losses: LossParameters,
    training: TrainParameters,
    shots: Mapping[int, Path],
) -> Iterator[Path]:
    """Fine-tune with several seeds; see `finetune`.

    Parameters
    ----------
    encoders, outs, shots
        Folders of encoder, model, and, in regimes with shots, these, by seed.
    network
        Of the encoders.

    Yields
    ------
    Path
        Each model once it is written.
    """
    with claimed_all(outs.values(), "model"):
        if gain_together(network, training, len(outs)):
            try:
                yield from finetune_together(study, encoders, outs, losses, training)
                return
            except torch.OutOfMemoryError:
                say(TOO_LARGE)
        for seed, out in outs.items():
            settings = replace(training, seed=seed)
            yield finetune(study, encoders[seed], out, losses, settings, shots.get(seed))


def gain_together(network: NetworkParameters, training: TrainParameters, seeds: int) -> bool:
    """Tell whether seeds take less time together: networks on a GPU, unless each has shots of its own."""
    linear = STRATEGIES[network.strategy].linear
    several = seeds > 1 and not linear and not REGIMES[training.regime].sees_labels
    return several and choose_device(training.device) == "cuda"
