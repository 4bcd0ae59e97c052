"""Fine-tuning: response of the labelled lines, with the pretraining loss beside it."""

from dataclasses import asdict
from pathlib import Path

import pandas as pd
import torch
from torch.nn.functional import cross_entropy

from bulk2cell.artefacts.folder import new_artefact, refuse_to_replace
from bulk2cell.artefacts.model import read_model, write_model
from bulk2cell.artefacts.study import read_study, training_inputs
from bulk2cell.errors import ArtefactError
from bulk2cell.model.linear import LinearNetwork
from bulk2cell.model.losses import pretraining_losses
from bulk2cell.model.network import Network
from bulk2cell.model.strategies import components_of
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters, take
from bulk2cell.progress import say
from bulk2cell.train.checkpoint import Progress, checkpoint_path, fingerprint_of
from bulk2cell.train.data import TrainingData, paired_batches, training_data
from bulk2cell.train.history import history_table
from bulk2cell.train.loop import fit, schedule_of
from bulk2cell.train.provenance import training_content
from bulk2cell.train.ridge import fit_ridge
from bulk2cell.train.seeds import choose_device, set_seed
from bulk2cell.train.temperature import calibrate
from bulk2cell.train.validation import held_out_losses


def finetune(
    study: Path, encoder: Path, out: Path, losses: LossParameters, training: TrainParameters
) -> Path:
    """Learn the response on labelled lines from a pretrained encoder and write the model.

    The loss is cross-entropy on labelled training lines + `pretrain_weight` x the pretraining loss, in which the cells
    take part without labels. Validation, which decides on stopping, on the state that is kept and on the temperature
    of the probabilities, is the cross-entropy of the labelled held-out lines. The ridge strategy is fitted in closed
    form instead.

    Parameters
    ----------
    study
        Folder of the study that the encoder was pretrained on.
    encoder
        Folder of the encoder.
    out
        Folder of the model.

    Raises
    ------
    ArtefactError
        If study or encoder cannot be used or do not belong together.
    TrainingError
        If the loss is no longer finite.
    """
    refuse_to_replace(out, "model")
    source = read_study(study)
    device = choose_device(training.device)
    start = read_model(encoder, device, kind="encoder")
    if dict(start.manifest.inputs) != training_inputs(source.manifest):
        raise ArtefactError(f"{encoder}: encoder of another study than {study}; pretrain on this study first")
    say(f"finetune: {source.manifest.content['drug']}, seed {training.seed}, on {device}")
    network = take(NetworkParameters, start.manifest.parameters)
    parameters = {**asdict(network), **asdict(losses), **asdict(training)}
    inputs = {
        **training_inputs(source.manifest),
        "encoder/weights.safetensors": start.manifest.files["weights.safetensors"],
    }

    set_seed(training.seed)
    data = training_data(source, device, components_of(network))
    model = start.network
    checkpoint = checkpoint_path(out)
    if isinstance(model, LinearNetwork):
        progress = fit_ridge(model, data, losses)
    else:
        progress = fit_response(
            model, data, losses, training, checkpoint, fingerprint_of("finetune", parameters, inputs)
        )
    temperature = calibrate(model, data)
    tables = [table for table in (start.history, history_table("finetune", progress)) if len(table)]
    history = pd.concat(tables, ignore_index=True)
    with new_artefact(out, "model", parameters, inputs) as draft:
        draft.content.update(training_content(source, network, training.seed, device, progress))
        draft.content["temperature"] = temperature
        draft.content["validation"] = {
            "lines": int((~data.train & data.labelled).sum()),
            **best_validation(progress.history, progress.best_epoch),
        }
        write_model(draft, model, data.scaling, source.pathways, source.gene_ids, history)
    checkpoint.unlink(missing_ok=True)
    return out


def fit_response(
    network: Network,
    data: TrainingData,
    losses: LossParameters,
    training: TrainParameters,
    checkpoint: Path,
    fingerprint: str,
) -> Progress:
    """Train a network on the labels of the training lines; the cells take part without labels."""
    frozen = network.encoders() if training.freeze_encoder else []
    for part in frozen:
        part.requires_grad_(False)
    lines = (data.train & data.labelled).nonzero().squeeze(1)

    def batch_losses(batch: tuple[torch.Tensor, torch.Tensor]) -> dict[str, torch.Tensor]:
        for part in frozen:
            part.eval()
        bulk, cells = data.bulk[batch[0]], data.cells[batch[1]]
        codes = network.encode(bulk, cells)
        parts = pretraining_losses(network, codes, bulk, cells, losses)
        classification = cross_entropy(network.classify(codes.bulk), data.labels[batch[0]].long())
        total = classification + losses.pretrain_weight * parts.pop("total")
        return {"total": total, "classification": classification, **parts}

    return fit(
        network,
        schedule_of("finetune", training),
        lambda: paired_batches(lines, len(data.cells), training.batch_size),
        batch_losses,
        lambda: held_out_losses(network, data),
        checkpoint,
        fingerprint,
    )


def best_validation(history: list[dict[str, float]], best_epoch: int) -> dict[str, float]:
    """Return cross-entropy, before the temperature, and AUROC of the held-out lines at the epoch that was kept."""
    row = history[best_epoch - 1]
    return {"cross_entropy": row["validation_classification"], "auroc": row["validation_auroc"]}
