"""Pretraining: from a study to an encoder, without any response."""

from pathlib import Path

from bulk2cell.artefacts.manifest import new_manifest
from bulk2cell.artefacts.model import TrainedModel
from bulk2cell.artefacts.study import Study, training_inputs
from bulk2cell.model.family import build_network, family_of
from bulk2cell.model.mask import decoder_mask
from bulk2cell.model.network import Network
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.progress import say
from bulk2cell.train.checkpoint import fingerprint_of
from bulk2cell.train.data import TrainingData
from bulk2cell.train.history import tabulate_history
from bulk2cell.train.provenance import pretraining_parameters, training_content
from bulk2cell.train.seeds import set_seed


def pretrain(
    data: TrainingData,
    network: NetworkParameters,
    losses: LossParameters,
    training: TrainParameters,
    checkpoint: Path | None = None,
) -> TrainedModel:
    """Learn from lines and cells of a study as the strategy's family does, and return the encoder.

    Where the regime sees no cells they take no part.

    Parameters
    ----------
    data
        Of the study, see `data_for_training`.
    checkpoint
        File where a killed training goes on.

    Raises
    ------
    TrainingError
        If the loss is no longer finite.
    """
    study = data.study
    device = str(data.bulk.device)
    say(f"pretrain: {len(data.bulk)} lines, {len(data.cells)} cells, {data.bulk.shape[1]} genes on {device}")
    model = make_untrained(study, network, training.seed, device)
    parameters, inputs = pretraining_parameters(network, losses, training), training_inputs(study.manifest)
    fingerprint = fingerprint_of("pretrain", parameters, inputs)
    progress = family_of(model.strategy).pretrain(model, data, losses, training, checkpoint, fingerprint)
    facts = training_content(study, network, training, data.bulk.device.type, progress)
    return TrainedModel(
        network=model.eval().cpu(),
        genes=facts["genes"],
        units=facts["units"],
        pathways=study.pathways,
        gene_ids=study.gene_ids,
        scaling=data.scaling,
        history=tabulate_history("pretrain", progress),
        manifest=new_manifest("encoder", parameters, inputs, facts),
    )


def make_untrained(study: Study, network: NetworkParameters, seed: int, device: str) -> Network:
    """Return a study's network with initial weights drawn by a seed."""
    set_seed(seed)
    mask = decoder_mask(list(study.bulk.var_names), study.pathways, network.free_units)
    return build_network(mask, network).to(device)
