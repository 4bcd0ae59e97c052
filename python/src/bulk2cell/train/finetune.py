"""Fine-tuning: response of the labelled lines, with the pretraining loss beside it."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from bulk2cell.artefacts.folder import claims_out, new_artefact
from bulk2cell.artefacts.model import TrainedModel, write_model
from bulk2cell.artefacts.shots import read_shots
from bulk2cell.artefacts.study import Study, training_inputs
from bulk2cell.model.family import components_of, family_of
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters, take
from bulk2cell.progress import say
from bulk2cell.train.cells import thinned
from bulk2cell.train.checkpoint import Progress, checkpoint_path, drop_checkpoint, fingerprint_of
from bulk2cell.train.data import TrainingData, training_data
from bulk2cell.train.history import history_table
from bulk2cell.train.provenance import training_content
from bulk2cell.train.seeds import choose_device, device_of, set_seed
from bulk2cell.train.shots import Shots, training_shots
from bulk2cell.train.start import study_and_encoder


@claims_out("model")
def finetune(
    study: Path,
    encoder: Path,
    out: Path,
    losses: LossParameters,
    training: TrainParameters,
    shots_from: Path | None = None,
) -> Path:
    """Learn the response on labelled lines from a pretrained encoder and write the model.

    The loss is cross-entropy on labelled training lines + `pretrain_weight` x the pretraining loss, in which the cells
    take part without labels. Validation, which decides on stopping, on the state that is kept and on the temperature
    of the probabilities, is the cross-entropy of the labelled held-out lines. The ridge strategy is fitted in closed
    form instead.

    Regime A: the cells take no part; a strategy without a shared encoder scores them by the lines' own. Regimes C and
    D: every batch holds the shots, or `batch_size` of them drawn anew, and their cross-entropy is added.

    Parameters
    ----------
    study
        Folder of the study that the encoder was pretrained on.
    encoder
        Folder of the encoder.
    out
        Folder of the model.
    shots_from
        Folder of the shots, in regimes C and D.

    Raises
    ------
    ParameterError
        If shots are given in a regime that takes none, or not given in one that does.
    ArtefactError
        If study, encoder or shots cannot be used or do not belong together, or the study holds what training must not
        see.
    TrainingError
        If the loss is no longer finite.
    """
    device = choose_device(training.device)
    whole, start = study_and_encoder(study, encoder, training.regime, device)
    source = thinned(whole, list(read_shots(shots_from)[0]["cell"]) if shots_from else ())
    shots = training_shots(source, shots_from, training, device)
    say(
        f"finetune: {source.manifest.content['drug']}, regime {training.regime}, seed {training.seed}, on {device}"
    )
    network = take(NetworkParameters, start.manifest.parameters)
    set_seed(training.seed)
    data = training_data(source, device, training.regime, components_of(network))
    checkpoint = checkpoint_path(out)
    fingerprint = finetuning_fingerprint(source, start, shots, losses, training)
    progress, temperature = family_of(start.network.strategy).finetune(
        start.network, data, shots, losses, training, checkpoint, fingerprint
    )
    write_finetuned(out, source, start, shots, data, progress, temperature, losses, training)
    drop_checkpoint(checkpoint)
    return out


def finetuning_inputs(source: Study, start: TrainedModel, shots: Shots) -> dict[str, str]:
    """Return the sha256 of all files that a model depends on."""
    encoder = {"encoder/weights.safetensors": start.manifest.files["weights.safetensors"]}
    return {**training_inputs(source.manifest), **encoder, **shots.inputs}


def finetuning_parameters(
    start: TrainedModel, losses: LossParameters, training: TrainParameters
) -> dict[str, Any]:
    """Return all parameters that a model depends on."""
    network = take(NetworkParameters, start.manifest.parameters)
    return {**asdict(network), **asdict(losses), **asdict(training)}


def finetuning_fingerprint(
    source: Study, start: TrainedModel, shots: Shots, losses: LossParameters, training: TrainParameters
) -> str:
    """Return the sha256 of all that fine-tuning depends on."""
    parameters = finetuning_parameters(start, losses, training)
    return fingerprint_of("finetune", parameters, finetuning_inputs(source, start, shots))


def write_finetuned(
    out: Path,
    source: Study,
    start: TrainedModel,
    shots: Shots,
    data: TrainingData,
    progress: Progress,
    temperature: float,
    losses: LossParameters,
    training: TrainParameters,
) -> None:
    """Write what fine-tuning made of an encoder's network."""
    tables = [table for table in (start.history, history_table("finetune", progress)) if len(table)]
    history = pd.concat(tables, ignore_index=True)
    network = take(NetworkParameters, start.manifest.parameters)
    parameters = finetuning_parameters(start, losses, training)
    with new_artefact(out, "model", parameters, finetuning_inputs(source, start, shots)) as draft:
        facts = training_content(source, network, training, device_of(start.network), progress)
        draft.content.update(facts)
        draft.content["shots"] = shots.names
        draft.content["temperature"] = temperature
        draft.content["validation"] = {
            "lines": int((~data.train & data.labelled).sum()),
            **best_validation(progress.history, progress.best_epoch),
        }
        write_model(draft, start.network, data.scaling, source.pathways, source.gene_ids, history)


def best_validation(history: list[dict[str, float]], best_epoch: int) -> dict[str, float]:
    """Return cross-entropy, before the temperature, and AUROC of the held-out lines at the epoch that was kept."""
    row = history[best_epoch - 1]
    return {"cross_entropy": row["validation_classification"], "auroc": row["validation_auroc"]}
