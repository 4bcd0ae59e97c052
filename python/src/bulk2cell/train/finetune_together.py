"""Fine-tuning with several seeds at once."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bulk2cell.model.network import Network
from bulk2cell.parameters import LossParameters, TrainParameters
from bulk2cell.progress import say
from bulk2cell.train.cells import thinned
from bulk2cell.train.checkpoint import checkpoint_path, drop_checkpoint
from bulk2cell.train.classification import freeze, lend_encoder, response_objective
from bulk2cell.train.data import training_data
from bulk2cell.train.finetune import finetuning_fingerprint, write_finetuned
from bulk2cell.train.guard import study_for_training
from bulk2cell.train.seeds import choose_device, set_seed
from bulk2cell.train.shots import no_shots
from bulk2cell.train.start import encoder_of
from bulk2cell.train.temperature import calibrate
from bulk2cell.train.together import fit_together
from bulk2cell.train.trainee import new_trainee


def finetune_together(
    study: Path,
    encoders: Mapping[int, Path],
    outs: Mapping[int, Path],
    losses: LossParameters,
    training: TrainParameters,
) -> Iterator[Path]:
    """Do what `bulk2cell.train.finetune.finetune` does with each of several seeds, and yield what is written.

    Parameters
    ----------
    encoders, outs
        Folders of the encoder and of the model, by seed; not of the ridge strategy.
    training
        Of a regime without shots: no seed has labelled cells of its own.
    """
    device = choose_device(training.device)
    whole = study_for_training(study)
    starts = {seed: encoder_of(whole, encoders[seed], training.regime, device) for seed in outs}
    source, shots = thinned(whole), no_shots(device)
    data = training_data(source, device, training.regime)
    say(f"finetune: {source.manifest.content['drug']}, seeds {', '.join(map(str, outs))} on {device}")
    settings = {seed: replace(training, seed=seed) for seed in outs}
    trainees = []
    for seed, out in outs.items():
        model = starts[seed].network
        assert isinstance(model, Network)
        if training.freeze_encoder:
            freeze(model)
        set_seed(seed)
        fingerprint = finetuning_fingerprint(source, starts[seed], shots, losses, settings[seed])
        trainees.append(new_trainee(model, seed, checkpoint_path(out), fingerprint))
    every = fit_together(trainees, response_objective(data, shots, losses, training))
    for (seed, out), trainee, progress in zip(outs.items(), trainees, every, strict=True):
        lend_encoder(trainee.network, training)
        temperature = calibrate(trainee.network, data)
        rest = data, progress, temperature, losses, settings[seed]
        write_finetuned(out, source, starts[seed], shots, *rest)
        drop_checkpoint(trainee.checkpoint)
        yield out
