"""One seed of a strategy through both stages of training."""

from collections.abc import Callable, Collection
from dataclasses import asdict
from functools import cache
from pathlib import Path

from bulk2cell.artefacts.folder import save
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.model import read_model
from bulk2cell.artefacts.shots import Shots, read_shots
from bulk2cell.artefacts.study import Study, training_inputs
from bulk2cell.artefacts.weights import weights_of
from bulk2cell.evaluate.shots import shots
from bulk2cell.parameters import MOST_CELLS, NetworkParameters, TrainParameters
from bulk2cell.regimes import REGIMES
from bulk2cell.run.finished import Finished, do_once
from bulk2cell.run.params_file import AllParameters
from bulk2cell.train.checkpoint import checkpoint_beside
from bulk2cell.train.data import TrainingData, data_for_training
from bulk2cell.train.finetune import finetune
from bulk2cell.train.pretrain import pretrain
from bulk2cell.train.provenance import pretraining_parameters

SeenData = Callable[[Collection[str]], TrainingData]


def share_data(study: Finished[Study], network: NetworkParameters, training: TrainParameters) -> SeenData:
    """Return what gives the data that training sees of a study, worked out once for all seeds and controls of a strategy.

    It takes the names of cells that must be among them, which matters only where a study has more cells than training takes.
    """

    @cache
    def make(keep: frozenset[str]) -> TrainingData:
        return data_for_training(study.opened, network, training, keep)

    def give(keep: Collection[str]) -> TrainingData:
        some = study.opened.cells.n_obs > MOST_CELLS
        return make(frozenset(keep if some else ()))

    return give


def train_seed(
    study: Finished[Study],
    data: SeenData,
    network: NetworkParameters,
    training: TrainParameters,
    parameters: AllParameters,
    results: Path,
    folder: Path,
) -> tuple[Manifest, Manifest]:
    """Pretrain and fine-tune one model, with the shots drawn for it in regimes that see labels; return encoder and model."""
    losses, inputs = parameters.losses, training_inputs(study.manifest)
    encoder_out, model_out = folder / "encoder", folder / "model"

    def make_encoder() -> Manifest:
        with checkpoint_beside(encoder_out) as checkpoint:
            made = pretrain(data(()), network, losses, training, checkpoint)
            return save(made, encoder_out).manifest

    settings = pretraining_parameters(network, losses, training)
    encoder = do_once(results, encoder_out, "encoder", "pretrain", settings, inputs, make_encoder)
    inputs = {**inputs, **weights_of(encoder)}
    drawn = None
    if REGIMES[training.regime].sees_labels:
        drawn = draw(study, training, results, folder / "shots")
        inputs |= drawn.manifest.files

    def make_model() -> Manifest:
        labelled = drawn.opened if drawn else None
        seen = data(list(labelled.table["cell"]) if labelled else ())
        start = read_model(encoder, "encoder")
        with checkpoint_beside(model_out) as checkpoint:
            made = finetune(seen, start, losses, training, labelled, checkpoint)
            return save(made, model_out).manifest

    settings = {**asdict(network), **asdict(losses), **asdict(training)}
    model = do_once(results, model_out, "model", "finetune", settings, inputs, make_model)
    return encoder, model


def draw(study: Finished[Study], training: TrainParameters, results: Path, out: Path) -> Finished[Shots]:
    """Draw the labelled cells that one model may learn from."""
    chosen = (training.regime, training.shots, training.seed)

    def make() -> Manifest:
        return save(shots(study.manifest, *chosen), out).manifest

    made = do_once(results, out, "shots", "shots", {"chosen": chosen}, study.manifest.files, make)
    return Finished(made, read_shots)
