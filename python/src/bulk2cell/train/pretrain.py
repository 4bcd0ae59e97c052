"""Pretraining: reconstruction and separation of both domains, without any response."""

from pathlib import Path

import torch

from bulk2cell.artefacts.folder import claims_out, new_artefact
from bulk2cell.artefacts.model import write_model
from bulk2cell.artefacts.study import Study, training_inputs
from bulk2cell.cells.standardise import Scaling
from bulk2cell.model.build import build_network
from bulk2cell.model.linear import LinearNetwork
from bulk2cell.model.losses import pretraining_losses
from bulk2cell.model.mask import decoder_mask
from bulk2cell.model.network import Network
from bulk2cell.model.strategies import components_of
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.progress import say
from bulk2cell.train.cells import thinned
from bulk2cell.train.checkpoint import Progress, checkpoint_path, drop_checkpoint, fingerprint_of
from bulk2cell.train.data import TrainingData, paired_batches, training_data
from bulk2cell.train.guard import study_for_training
from bulk2cell.train.history import history_table
from bulk2cell.train.loop import fit
from bulk2cell.train.objective import Batch, Objective, schedule_of
from bulk2cell.train.provenance import pretraining_parameters, training_content
from bulk2cell.train.seeds import choose_device, device_of, set_seed


@claims_out("encoder")
def pretrain(
    study: Path, out: Path, network: NetworkParameters, losses: LossParameters, training: TrainParameters
) -> Path:
    """Train encoders and decoders on all lines and all cells of a study and write the encoder.

    Validation is the pretraining loss of the held-out lines beside a fixed part of the cells, without the adversary.
    The ridge strategy has nothing to pretrain: its encoder holds the scaling and the cells' components.
    Where the regime sees no cells they take no part in either.

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
    if isinstance(model, LinearNetwork):
        progress = Progress()
    else:
        fingerprint = pretraining_fingerprint(source, network, losses, training)
        progress = fit_reconstruction(model, data, losses, training, checkpoint, fingerprint)
    write_encoder(out, source, model, data.scaling, progress, network, losses, training)
    drop_checkpoint(checkpoint)
    return out


def untrained(source: Study, network: NetworkParameters, seed: int, device: str) -> Network | LinearNetwork:
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
    model: Network | LinearNetwork,
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


def fit_reconstruction(
    network: Network,
    data: TrainingData,
    losses: LossParameters,
    training: TrainParameters,
    checkpoint: Path | None = None,
    fingerprint: str = "",
) -> Progress:
    """Train a network to reconstruct lines and cells."""
    return fit(network, reconstruction_objective(data, losses, training), checkpoint, fingerprint)


def reconstruction_objective(
    data: TrainingData, losses: LossParameters, training: TrainParameters
) -> Objective:
    """Return the objective of pretraining."""
    lines = data.train.nonzero().squeeze(1)
    held_out = data.bulk[~data.train]
    some_cells = data.cells[: training.batch_size]

    def batch_losses(network: Network, batch: Batch) -> dict[str, torch.Tensor]:
        bulk, cells = data.bulk.index_select(0, batch[0]), data.cells.index_select(0, batch[1])
        return pretraining_losses(network, network.encode(bulk, cells), bulk, cells, losses)

    def validate(network: Network) -> dict[str, torch.Tensor]:
        parts = pretraining_losses(
            network, network.encode(held_out, some_cells), held_out, some_cells, losses
        )
        if "adversary" in parts:
            parts["total"] = parts["total"] - losses.adversary_weight * parts["adversary"]
        return parts

    return Objective(
        schedule_of("pretrain", training),
        lambda: paired_batches(lines, len(data.cells), training.batch_size),
        batch_losses,
        validate,
    )
