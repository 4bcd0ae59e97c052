"""Every stage from folders to a folder: open what it needs, call it, save what it makes.

Libraries are loaded by the stage that needs them, so that `predict` is there in a second.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from bulk2cell.artefacts.content import CELLS_FILE
from bulk2cell.artefacts.folder import claimed, save
from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.errors import InputError
from bulk2cell.parameters import (
    MOST_CELLS,
    AttributeParameters,
    CellInput,
    CellLabels,
    ControlParameters,
    EvaluateParameters,
    LossParameters,
    NetworkParameters,
    PredictParameters,
    ScreenParameters,
    StudyParameters,
    TrainParameters,
    take,
)
from bulk2cell.preprocess.sources import Sources
from bulk2cell.regimes import Regime
from bulk2cell.report import TITLE
from bulk2cell.report.failures import Failure


def preprocess(
    sources: Sources,
    pair: str,
    drug: str,
    out: Path,
    exclude_lines: Sequence[str],
    tag: str,
    cell_input: CellInput,
    cell_labels: CellLabels,
    parameters: StudyParameters,
) -> Path:
    """Write a study; see `bulk2cell.preprocess.study.preprocess`."""
    from bulk2cell.preprocess.study import preprocess as make

    with claimed(out, "study"):
        make(sources, pair, drug, out, exclude_lines, tag, cell_input, cell_labels, parameters)
    return out


def pretrain(
    study: Path, out: Path, network: NetworkParameters, losses: LossParameters, training: TrainParameters
) -> Path:
    """Write the encoder of a study; see `bulk2cell.train.pretrain.pretrain`."""
    from bulk2cell.artefacts.study import read_study
    from bulk2cell.train.checkpoint import checkpoint_beside
    from bulk2cell.train.data import data_for_training
    from bulk2cell.train.pretrain import pretrain as make

    with claimed(out, "encoder"):
        data = data_for_training(read_study(study, MOST_CELLS), network, training)
        with checkpoint_beside(out) as checkpoint:
            save(make(data, network, losses, training, checkpoint), out)
    return out


def finetune(
    study: Path,
    encoder: Path,
    out: Path,
    losses: LossParameters,
    training: TrainParameters,
    shots_from: Path | None = None,
) -> Path:
    """Write the model of a study and its encoder; see `bulk2cell.train.finetune.finetune`."""
    from bulk2cell.artefacts.model import read_model
    from bulk2cell.artefacts.shots import read_shots
    from bulk2cell.artefacts.study import read_study
    from bulk2cell.train.checkpoint import checkpoint_beside
    from bulk2cell.train.data import data_for_training
    from bulk2cell.train.finetune import finetune as make

    with claimed(out, "model"):
        source, start = read_study(study, MOST_CELLS), read_model(encoder, "encoder")
        shots = read_shots(shots_from) if shots_from else None
        network = take(NetworkParameters, start.manifest.parameters)
        data = data_for_training(source, network, training, list(shots.table["cell"]) if shots else ())
        with checkpoint_beside(out) as checkpoint:
            save(make(data, start, losses, training, shots, checkpoint), out)
    return out


def controls(
    study: Path,
    encoder: Path,
    out: Path,
    losses: LossParameters,
    training: TrainParameters,
    prediction: PredictParameters,
    parameters: ControlParameters,
) -> Path:
    """Write the controls of a study and an encoder; see `bulk2cell.train.controls.controls`."""
    from bulk2cell.artefacts.model import read_model
    from bulk2cell.artefacts.study import read_study
    from bulk2cell.train.controls import controls as make
    from bulk2cell.train.controls import refuse_shots
    from bulk2cell.train.data import data_for_training

    with claimed(out, "controls"):
        refuse_shots(training.regime)
        source, start = read_study(study, MOST_CELLS), read_model(encoder, "encoder")
        network = take(NetworkParameters, start.manifest.parameters)
        data = data_for_training(source, network, training)
        save(make(source, data, start, losses, training, prediction, parameters), out)
    return out


def shots(study: Path, out: Path, regime: Regime, per_class: int, seed: int) -> Path:
    """Write shots of a study; see `bulk2cell.evaluate.shots.shots`."""
    from bulk2cell.evaluate.shots import shots as make

    with claimed(out, "shots"):
        save(make(read_manifest(study, "study"), regime, per_class, seed), out)
    return out


def predict(
    model: Path,
    cells: Path,
    out: Path,
    cell_input: CellInput,
    parameters: PredictParameters,
    annotated: bool = False,
) -> Path:
    """Write predictions of a model on cells; see `bulk2cell.predict.predict.predict`.

    Parameters
    ----------
    cells
        A file or folder of cells in any format that `preprocess` reads, or the folder of a study, whose cells are
        taken as they are.
    annotated
        Also write the cells, an h5ad, with their predictions in obs.

    Raises
    ------
    InputError
        If cells are to be annotated that are not in an h5ad.
    """
    from bulk2cell.artefacts.cell_model import read_cell_model
    from bulk2cell.cells.find_mtx import sha256_of_cells
    from bulk2cell.cells.kinds import kind_of_cells
    from bulk2cell.cells.open_cells import open_cells
    from bulk2cell.genes.known import known_names, own_names
    from bulk2cell.predict.predict import describe_predictions, predict_study
    from bulk2cell.predict.predict import predict as make
    from bulk2cell.progress import say

    with claimed(out, "predictions"):
        trained = read_cell_model(model)
        if annotated and ((cells / "study.json").is_file() or kind_of_cells(cells) != "h5ad"):
            raise InputError(
                f"{cells}: only an h5ad can be written back with predictions; leave out --annotated"
            )
        study = read_manifest(cells, "study") if (cells / "study.json").is_file() else None
        in_a_table = study is None and kind_of_cells(cells) == "table"
        known = (known_names if in_a_table else own_names)(trained.genes, trained.gene_ids)
        with open_cells(cells / CELLS_FILE if study else cells, cell_input, known) as file:
            if study:
                made = predict_study(trained, file, study, cell_input, parameters)
            else:
                made = make(trained, file, sha256_of_cells(cells), cell_input, parameters, annotated)
        for line in describe_predictions(made):
            say(line)
        if annotated:
            from bulk2cell.predict.annotate import write_annotated

            save(made, out, partial(write_annotated, cells, made.table))
        else:
            save(made, out)
    return out


def screen(
    cells: Path,
    out: Path,
    reference: Mapping[str, Path],
    parameters: ScreenParameters,
    cell_input: CellInput,
    study: StudyParameters,
    exclude_lines: Sequence[str] = (),
    drugs: Sequence[str] = (),
    seed: int = TrainParameters.seed,
) -> Path:
    """Write the screen of all drugs on cells; see `bulk2cell.screen.screen.screen`.

    Parameters
    ----------
    reference
        bulk, response and gene_ids, see `preprocess.reference.open_reference`.
    """
    from bulk2cell.cells.find_mtx import sha256_of_cells
    from bulk2cell.cells.open_cells import open_cells
    from bulk2cell.preprocess.reference import open_reference
    from bulk2cell.screen.describe import tell_screen
    from bulk2cell.screen.screen import screen as make

    with claimed(out, "screen"):
        opened = open_reference(**reference)
        with open_cells(cells, cell_input, opened.gene_names()) as file:
            digest = sha256_of_cells(cells)
            made = make(file, digest, opened, parameters, cell_input, study, exclude_lines, drugs, seed)
            made = save(made, out)
        tell_screen(made)
    return out


def attribute(model: Path, study: Path, out: Path, parameters: AttributeParameters) -> Path:
    """Write the attributions of a model's calls; see `bulk2cell.attribute.attribute.attribute`."""
    from bulk2cell.artefacts.model import read_model
    from bulk2cell.artefacts.study import read_study
    from bulk2cell.attribute.attribute import attribute as make

    with claimed(out, "attributions"):
        save(make(read_model(model), read_study(study), parameters), out)
    return out


def evaluate(
    study: Path,
    predictions: Sequence[Path],
    out: Path,
    parameters: EvaluateParameters,
    model: Path | None = None,
    controls: Sequence[Path] = (),
) -> Path:
    """Write the scores of predictions on a study; see `bulk2cell.evaluate.evaluate.evaluate`."""
    from bulk2cell.artefacts.controls import read_controls
    from bulk2cell.artefacts.model import read_model
    from bulk2cell.artefacts.predictions import read_predictions
    from bulk2cell.artefacts.study import read_study
    from bulk2cell.evaluate.evaluate import evaluate as make

    with claimed(out, "scores"):
        scored = make(
            read_study(study),
            [read_predictions(path) for path in predictions],
            parameters,
            read_model(model) if model else None,
            [read_controls(path) for path in controls],
        )
        save(scored, out)
    return out


def report(
    artefacts: Sequence[Path], out: Path, failures: Sequence[Failure] = (), title: str = TITLE
) -> Path:
    """Write the report of artefacts; see `bulk2cell.report.report.report`."""
    from bulk2cell.report.gather import open_for_report
    from bulk2cell.report.report import report as make

    with claimed(out, "report"):
        return make([open_for_report(path) for path in artefacts], out, failures, title)
