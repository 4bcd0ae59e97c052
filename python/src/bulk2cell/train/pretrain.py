"""Pretraining: reconstruction and separation of both domains, without any response."""

from pathlib import Path

from bulk2cell.artefacts.folder import claims_out, new_artefact
from bulk2cell.artefacts.model import write_model
from bulk2cell.artefacts.study import Study, training_inputs
from bulk2cell.cells.standardise import Scaling
from bulk2cell.model.family import build_network, components_of, family_of
from bulk2cell.model.mask import decoder_mask
from bulk2cell.model.network import Network
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.progress import say
from bulk2cell.train.cells import thinned
from bulk2cell.train.checkpoint import Progress, checkpoint_path, drop_checkpoint, fingerprint_of
from bulk2cell.train.data import training_data
from bulk2cell.train.guard import study_for_training
from bulk2cell.train.history import history_table
from bulk2cell.train.provenance import pretraining_parameters, training_content
from bulk2cell.train.seeds import choose_device, device_of, set_seed


@claims_out("encoder")
def pretrain(
    study: Path, out: Path, network: NetworkParameters, losses: LossParameters, training: TrainParameters
) -> Path:
    """Train encoders and decoders on all lines and all cells of a study and write the encoder.

    Validation is the pretraining loss of the held-out lines beside a fixed part of the cells, without the adversary.
    The ridge strategy has nothing to pretrain: its encoder holds the scaling and the cells' components.
    In regime A the cells take no part in either.

    Parameters
    ----------
    study
        Folder of the study.
    out
        Folder of the encoder.

    Raises
    ------
    ArtefactError
        If the study cannot be used, or holds what training must not see.
    TrainingError
        If the loss is no longer finite.
    """
    device = choose_device(training.device)
    source = thinned(study_for_training(study))
    data = training_data(source, device, training.regime, components_of(network))
    say(f"pretrain: {len(data.bulk)} lines, {len(data.cells)} cells, {data.bulk.shape[1]} genes on {device}")
    model = untrained(source, network, training.seed, device)
    checkpoint = checkpoint_path(out)
    fingerprint = pretraining_fingerprint(source, network, losses, training)
    progress = family_of(model.strategy).pretrain(model, data, losses, training, checkpoint, fingerprint)
    write_encoder(out, source, model, data.scaling, progress, network, losses, training)
    drop_checkpoint(checkpoint)
    return out


def untrained(source: Study, network: NetworkParameters, seed: int, device: str) -> Network:
    """Return a study's network with initial weights drawn by a seed."""
    set_seed(seed)
    mask = decoder_mask(list(source.bulk.var_names), source.pathways, network.free_units)
    return build_network(mask, network).to(device)


def pretraining_fingerprint(
    source: Study, network: NetworkParameters, losses: LossParameters, training: TrainParameters
) -> str:
    """Return the sha256 of all that pretraining depends on."""
    parameters = pretraining_parameters(network, losses, training)
    return fingerprint_of("pretrain", parameters, training_inputs(source.manifest))


def write_encoder(
    out: Path,
    source: Study,
    model: Network,
    scaling: Scaling,
    progress: Progress,
    network: NetworkParameters,
    losses: LossParameters,
    training: TrainParameters,
) -> None:
    """Write a pretrained network."""
    parameters = pretraining_parameters(network, losses, training)
    with new_artefact(out, "encoder", parameters, training_inputs(source.manifest)) as draft:
        draft.content.update(training_content(source, network, training, device_of(model), progress))
        history = history_table("pretrain", progress)
        write_model(draft, model, scaling, source.pathways, source.gene_ids, history)
