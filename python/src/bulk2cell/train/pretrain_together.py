"""Pretraining with several seeds at once."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bulk2cell.model.network import Network
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.progress import say
from bulk2cell.train.cells import thinned
from bulk2cell.train.checkpoint import checkpoint_path, drop_checkpoint
from bulk2cell.train.data import training_data
from bulk2cell.train.guard import study_for_training
from bulk2cell.train.pretrain import (
    pretraining_fingerprint,
    reconstruction_objective,
    untrained,
    write_encoder,
)
from bulk2cell.train.seeds import choose_device
from bulk2cell.train.together import fit_together
from bulk2cell.train.trainee import new_trainee


def pretrain_together(
    study: Path,
    outs: Mapping[int, Path],
    network: NetworkParameters,
    losses: LossParameters,
    training: TrainParameters,
) -> Iterator[Path]:
    """Do what `bulk2cell.train.pretrain.pretrain` does with each of several seeds, and yield what is written.

    Parameters
    ----------
    outs
        Folder of the encoder, by seed.
    network
        Not of the ridge strategy, which trains nothing.
    """
    device = choose_device(training.device)
    source = thinned(study_for_training(study))
    data = training_data(source, device, training.regime)
    say(
        f"pretrain: {len(data.bulk)} lines, {len(data.cells)} cells, seeds {', '.join(map(str, outs))} on {device}"
    )
    settings = {seed: replace(training, seed=seed) for seed in outs}
    trainees = []
    for seed, out in outs.items():
        model = untrained(source, network, seed, device)
        assert isinstance(model, Network)
        fingerprint = pretraining_fingerprint(source, network, losses, settings[seed])
        trainees.append(new_trainee(model, seed, checkpoint_path(out), fingerprint))
    every = fit_together(trainees, reconstruction_objective(data, losses, training))
    for (seed, out), trainee, progress in zip(outs.items(), trainees, every, strict=True):
        model = trainee.network
        write_encoder(out, source, model, data.scaling, progress, network, losses, settings[seed])
        drop_checkpoint(trainee.checkpoint)
        yield out
