"""Pretraining: reconstruction and separation of both domains, without any response."""

from pathlib import Path

import torch

from bulk2cell.artefacts.folder import new_artefact, refuse_to_replace
from bulk2cell.artefacts.model import write_model
from bulk2cell.artefacts.study import training_inputs
from bulk2cell.model.build import build_network
from bulk2cell.model.linear import LinearNetwork
from bulk2cell.model.losses import pretraining_losses
from bulk2cell.model.mask import decoder_mask
from bulk2cell.model.network import Network
from bulk2cell.model.strategies import components_of
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.progress import say
from bulk2cell.train.cells import thinned
from bulk2cell.train.checkpoint import Progress, checkpoint_path, fingerprint_of
from bulk2cell.train.data import TrainingData, paired_batches, training_data
from bulk2cell.train.guard import study_for_training
from bulk2cell.train.history import history_table
from bulk2cell.train.loop import fit, schedule_of
from bulk2cell.train.provenance import pretraining_parameters, training_content
from bulk2cell.train.seeds import choose_device, set_seed


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
    refuse_to_replace(out, "encoder")
    source = thinned(study_for_training(study))
    device = choose_device(training.device)
    parameters = pretraining_parameters(network, losses, training)
    inputs = training_inputs(source.manifest)

    set_seed(training.seed)
    data = training_data(source, device, training.regime, components_of(network))
    say(f"pretrain: {len(data.bulk)} lines, {len(data.cells)} cells, {data.bulk.shape[1]} genes on {device}")
    genes = list(source.bulk.var_names)
    model = build_network(decoder_mask(genes, source.pathways, network.free_units), network).to(device)
    checkpoint = checkpoint_path(out)
    if isinstance(model, LinearNetwork):
        progress = Progress()
    else:
        progress = fit_reconstruction(
            model, data, losses, training, checkpoint, fingerprint_of("pretrain", parameters, inputs)
        )
    with new_artefact(out, "encoder", parameters, inputs) as draft:
        draft.content.update(training_content(source, network, training, device, progress))
        write_model(
            draft, model, data.scaling, source.pathways, source.gene_ids, history_table("pretrain", progress)
        )
    checkpoint.unlink(missing_ok=True)
    return out


def fit_reconstruction(
    network: Network,
    data: TrainingData,
    losses: LossParameters,
    training: TrainParameters,
    checkpoint: Path,
    fingerprint: str,
) -> Progress:
    """Train a network to reconstruct lines and cells."""
    lines = data.train.nonzero().squeeze(1)
    held_out = data.bulk[~data.train]
    some_cells = data.cells[: training.batch_size]

    def batch_losses(batch: tuple[torch.Tensor, torch.Tensor]) -> dict[str, torch.Tensor]:
        bulk, cells = data.bulk.index_select(0, batch[0]), data.cells.index_select(0, batch[1])
        return pretraining_losses(network, network.encode(bulk, cells), bulk, cells, losses)

    def validate() -> dict[str, float]:
        parts = pretraining_losses(
            network, network.encode(held_out, some_cells), held_out, some_cells, losses
        )
        if "adversary" in parts:
            parts["total"] = parts["total"] - losses.adversary_weight * parts["adversary"]
        return {name: value.item() for name, value in parts.items()}

    return fit(
        network,
        schedule_of("pretrain", training),
        lambda: paired_batches(lines, len(data.cells), training.batch_size),
        batch_losses,
        validate,
        checkpoint,
        fingerprint,
    )
