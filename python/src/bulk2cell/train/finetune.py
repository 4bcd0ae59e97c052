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
from bulk2cell.artefacts.study import training_inputs
from bulk2cell.errors import ArtefactError
from bulk2cell.model.losses import pretraining_losses
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters, take
from bulk2cell.progress import say
from bulk2cell.train.checkpoint import checkpoint_path, fingerprint_of
from bulk2cell.train.data import paired_batches, training_data
from bulk2cell.train.guard import study_for_training
from bulk2cell.train.history import history_table
from bulk2cell.train.loop import fit, schedule_of
from bulk2cell.train.provenance import training_content
from bulk2cell.train.seeds import choose_device, set_seed
from bulk2cell.train.shots import some_shots, training_shots


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
    take part without labels. Validation, which decides on stopping and on the state that is kept, is the
    cross-entropy of the labelled held-out lines.

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
    refuse_to_replace(out, "model")
    source = study_for_training(study)
    device = choose_device(training.device)
    start = read_model(encoder, device, kind="encoder")
    if dict(start.manifest.inputs) != training_inputs(source.manifest):
        raise ArtefactError(f"{encoder}: encoder of another study than {study}; pretrain on this study first")
    if (start.manifest.content["regime"] == "A") != (training.regime == "A"):
        raise ArtefactError(
            f"{encoder}: pretrained in regime {start.manifest.content['regime']}, not to be fine-tuned in regime "
            f"{training.regime}; pretrain with --regime {training.regime}"
        )
    shots = training_shots(source, shots_from, training, device)
    say(
        f"finetune: {source.manifest.content['drug']}, regime {training.regime}, seed {training.seed}, on {device}"
    )
    network = take(NetworkParameters, start.manifest.parameters)
    parameters = {**asdict(network), **asdict(losses), **asdict(training)}
    inputs = {
        **training_inputs(source.manifest),
        "encoder/weights.safetensors": start.manifest.files["weights.safetensors"],
        **shots.inputs,
    }

    set_seed(training.seed)
    data = training_data(source, device, training.regime)
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
        some = some_shots(len(shots.rows), training.batch_size)
        bulk, cells = data.bulk[batch[0]], data.cells[torch.cat([batch[1], shots.rows[some]])]
        codes = model.encode(bulk, cells)
        parts = pretraining_losses(model, codes, bulk, cells, losses)
        classification = cross_entropy(model.classify(codes.bulk), data.labels[batch[0]].long())
        total = classification + losses.pretrain_weight * parts.pop("total")
        if len(some):
            of_shots = model.classify(codes.cells[-len(some) :])
            parts["shots"] = cross_entropy(of_shots, shots.labels[some])
            total = total + parts["shots"]
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
    if training.regime == "A":
        model.cell_encoder.load_state_dict(model.bulk_encoder.state_dict())
    history = pd.concat([start.history, history_table("finetune", progress)], ignore_index=True)
    with new_artefact(out, "model", parameters, inputs) as draft:
        draft.content.update(training_content(source, network, training, device, progress))
        draft.content["shots"] = shots.names
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
