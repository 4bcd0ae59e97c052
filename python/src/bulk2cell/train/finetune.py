"""Fine-tuning: from an encoder and the response of the lines to a model."""

from copy import deepcopy
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.manifest import new_manifest
from bulk2cell.artefacts.model import TrainedModel
from bulk2cell.artefacts.shots import Shots
from bulk2cell.artefacts.study import training_inputs
from bulk2cell.artefacts.weights import weights_of
from bulk2cell.model.family import family_of
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters, take
from bulk2cell.progress import say
from bulk2cell.regimes import REGIMES
from bulk2cell.strategies import STRATEGIES
from bulk2cell.train.checkpoint import fingerprint_of
from bulk2cell.train.data import TrainingData
from bulk2cell.train.history import tabulate_history
from bulk2cell.train.provenance import refuse_other_encoder, training_content
from bulk2cell.train.seeds import set_seed
from bulk2cell.train.shots import training_shots


def finetune(
    data: TrainingData,
    encoder: TrainedModel,
    losses: LossParameters,
    training: TrainParameters,
    shots: Shots | None = None,
    checkpoint: Path | None = None,
) -> TrainedModel:
    """Learn the response from a pretrained encoder as the strategy's family does, and return the model.

    Lines that were not learnt from decide on the temperature of the probabilities, and on which cells are called.

    Parameters
    ----------
    data
        Of the study that the encoder was pretrained on, see `data_for_training`.
    encoder
        It is not changed.
    shots
        In regimes that see labels, the labelled cells that may be learnt from.
    checkpoint
        File where a killed training goes on.

    Raises
    ------
    ParameterError
        If shots are given in a regime that takes none, or not given in one that does.
    ArtefactError
        If study, encoder and shots do not belong together.
    TrainingError
        If the loss is no longer finite.
    """
    study, device = data.study, str(data.bulk.device)
    refuse_other_encoder(encoder, study, training.regime)
    learnt_from = training_shots(study, shots, training, device)
    say(
        f"finetune: {study.manifest.content['drug']}, {REGIMES[training.regime].words}, seed {training.seed}, on {device}"
    )
    network = take(NetworkParameters, encoder.manifest.parameters)
    parameters = {**asdict(network), **asdict(losses), **asdict(training)}
    inputs = {**training_inputs(study.manifest), **weights_of(encoder.manifest), **learnt_from.inputs}
    set_seed(training.seed)
    model = deepcopy(encoder.network).to(device)
    progress, calibration = family_of(model.strategy).finetune(
        model, data, learnt_from, losses, training, checkpoint, fingerprint_of("finetune", parameters, inputs)
    )
    tables = [table for table in (encoder.history, tabulate_history("finetune", progress)) if len(table)]
    content = {
        **training_content(study, network, training, data.bulk.device.type, progress),
        "shots": learnt_from.names,
        "temperature": calibration.temperature,
        "left_out_lines": {
            "log_odds": calibration.log_odds.tolist(),
            "sensitive": calibration.sensitive.tolist(),
        },
        "trust": trust_of(network, data, losses, training),
        "validation": {
            "lines": int((~data.train & data.labelled).sum()),
            **best_validation(progress.history, progress.best_epoch),
        },
    }
    return replace(
        encoder,
        network=model.eval().cpu(),
        scaling=data.scaling,
        history=pd.concat(tables, ignore_index=True),
        manifest=new_manifest("model", parameters, inputs, content),
    )


def trust_of(
    network: NetworkParameters, data: TrainingData, losses: LossParameters, training: TrainParameters
) -> dict[str, float | str] | None:
    """Return what can be expected of the model on the study's cells, as the manifest holds it."""
    trust = family_of(STRATEGIES[network.strategy]).trust(data, losses, training)
    return None if trust is None else asdict(trust)


def best_validation(history: list[dict[str, float]], best_epoch: int) -> dict[str, float]:
    """Return cross-entropy, before the temperature, and AUROC of the held-out lines at the epoch that was kept."""
    row = history[best_epoch - 1]
    return {"cross_entropy": row["validation_classification"], "auroc": row["validation_auroc"]}
