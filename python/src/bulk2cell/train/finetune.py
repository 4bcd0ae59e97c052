"""Fine-tuning: response of the labelled lines, with the pretraining loss beside it."""

import math
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import torch
from sklearn.metrics import roc_auc_score
from torch.nn.functional import cross_entropy

from bulk2cell.artefacts.folder import new_artefact, refuse_to_replace
from bulk2cell.artefacts.model import read_model, write_model
from bulk2cell.artefacts.study import read_study, training_inputs
from bulk2cell.errors import ArtefactError
from bulk2cell.model.losses import pretraining_losses
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters, take
from bulk2cell.progress import say
from bulk2cell.train.checkpoint import checkpoint_path, fingerprint_of
from bulk2cell.train.data import paired_batches, training_data
from bulk2cell.train.history import history_table
from bulk2cell.train.loop import fit, schedule_of
from bulk2cell.train.provenance import training_content
from bulk2cell.train.seeds import choose_device, set_seed


def finetune(
    study: Path, encoder: Path, out: Path, losses: LossParameters, training: TrainParameters
) -> Path:
    """Learn the response on labelled lines from a pretrained encoder and write the model.

    The loss is cross-entropy on labelled training lines + `pretrain_weight` x the pretraining loss, in which the cells
    take part without labels. Validation, which decides on stopping and on the state that is kept, is the
    cross-entropy of the labelled held-out lines.

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
    data = training_data(source, device)
    model = start.network
    frozen = model.encoders() if training.freeze_encoder else []
    for part in frozen:
        part.requires_grad_(False)
    lines = (data.train & data.labelled).nonzero().squeeze(1)
    held_out = ~data.train & data.labelled
    held_out_labels = data.labels[held_out].long()

    def batch_losses(batch: tuple[torch.Tensor, torch.Tensor]) -> dict[str, torch.Tensor]:
        for part in frozen:
            part.eval()
        bulk, cells = data.bulk[batch[0]], data.cells[batch[1]]
        codes = model.encode(bulk, cells)
        parts = pretraining_losses(model, codes, bulk, cells, losses)
        classification = cross_entropy(model.classify(codes.bulk), data.labels[batch[0]].long())
        total = classification + losses.pretrain_weight * parts.pop("total")
        return {"total": total, "classification": classification, **parts}

    def validate() -> dict[str, float]:
        logits = model.classify(model.code(data.bulk[held_out], "bulk"))
        loss = cross_entropy(logits, held_out_labels).item()
        if not math.isfinite(loss):
            return {"total": loss}
        auroc = roc_auc_score(held_out_labels.cpu().numpy(), (logits[:, 1] - logits[:, 0]).cpu().numpy())
        return {"total": loss, "classification": loss, "auroc": float(auroc)}

    checkpoint = checkpoint_path(out)
    progress = fit(
        model,
        schedule_of("finetune", training),
        lambda: paired_batches(lines, len(data.cells), training.batch_size),
        batch_losses,
        validate,
        checkpoint,
        fingerprint_of("finetune", parameters, inputs),
    )
    history = pd.concat([start.history, history_table("finetune", progress)], ignore_index=True)
    with new_artefact(out, "model", parameters, inputs) as draft:
        draft.content.update(training_content(source, network, training.seed, device, progress))
        draft.content["validation"] = {
            "lines": len(held_out_labels),
            **best_validation(progress.history, progress.best_epoch),
        }
        write_model(draft, model, data.scaling, source.pathways, source.gene_ids, history)
    checkpoint.unlink(missing_ok=True)
    return out


def best_validation(history: list[dict[str, float]], best_epoch: int) -> dict[str, float]:
    """Return cross-entropy and AUROC of the held-out lines at the epoch that was kept."""
    row = history[best_epoch - 1]
    return {"cross_entropy": row["validation_classification"], "auroc": row["validation_auroc"]}
