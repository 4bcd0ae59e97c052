"""Read the study and the encoder that a training continues from."""

from pathlib import Path

from bulk2cell.artefacts.model import TrainedModel, read_model
from bulk2cell.artefacts.study import Study, training_inputs
from bulk2cell.errors import ArtefactError
from bulk2cell.parameters import Regime
from bulk2cell.train.guard import study_for_training


def study_and_encoder(study: Path, encoder: Path, regime: Regime, device: str) -> tuple[Study, TrainedModel]:
    """Read a study and an encoder that was pretrained on it.

    Raises
    ------
    ArtefactError
        If one of them cannot be used, they do not belong together, or the study holds what training must not see.
    """
    source = study_for_training(study)
    return source, encoder_of(source, encoder, regime, device)


def encoder_of(study: Study, encoder: Path, regime: Regime, device: str) -> TrainedModel:
    """Read an encoder that was pretrained on a study.

    Raises
    ------
    ArtefactError
        If it cannot be used, or belongs to another study or regime.
    """
    start = read_model(encoder, device, kind="encoder")
    if dict(start.manifest.inputs) != training_inputs(study.manifest):
        raise ArtefactError(
            f"{encoder}: encoder of another study than {study.manifest.path}; pretrain on this study first"
        )
    pretrained_in = start.manifest.content["regime"]
    if (pretrained_in == "A") != (regime == "A"):
        raise ArtefactError(
            f"{encoder}: pretrained in regime {pretrained_in}, not to be fine-tuned in regime {regime}; pretrain with "
            f"--regime {regime}"
        )
    return start
