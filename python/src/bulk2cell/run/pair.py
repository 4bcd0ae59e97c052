"""One pair through all stages."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from bulk2cell.artefacts.cell_model import read_cell_model
from bulk2cell.artefacts.content import CELLS_FILE
from bulk2cell.artefacts.controls import CONTROLS_FILE, Controls, read_controls
from bulk2cell.artefacts.folder import save
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.model import read_model
from bulk2cell.artefacts.predictions import PREDICTIONS_FILE, Predictions, read_predictions
from bulk2cell.artefacts.study import Study, hold_in_memory, read_study, training_inputs
from bulk2cell.artefacts.weights import weights_of
from bulk2cell.attribute.attribute import attribute
from bulk2cell.cells.open_cells import in_memory, open_cells
from bulk2cell.genes.sets import name_gene_sets
from bulk2cell.parameters import MOST_CELLS, CellInput, NetworkParameters, take
from bulk2cell.predict.predict import predict_study
from bulk2cell.preprocess.sources import Sources, preprocess_inputs, preprocess_parameters
from bulk2cell.preprocess.study import preprocess
from bulk2cell.regimes import REGIMES
from bulk2cell.run.finished import Finished, do_once
from bulk2cell.run.inputs import Reference
from bulk2cell.run.params_file import AllParameters
from bulk2cell.run.sample_sheet import SheetRow
from bulk2cell.run.train import SeenData, share_data, train_seed
from bulk2cell.strategies import choose_strategies
from bulk2cell.train.controls import controls


def run_pair(
    pair: SheetRow, gene_sets: Path, reference: Reference, parameters: AllParameters, results: Path
) -> list[Manifest]:
    """Take one pair with one gene-set resource through all stages, every strategy and every seed.

    Returns
    -------
    list of Manifest
        The artefacts, for the report.
    """
    place = results / pair.pair / name_gene_sets(gene_sets)
    study = make_study(pair, gene_sets, reference, parameters, results, place / "study")
    home = place / REGIMES[parameters.training.regime].folder
    return [study.manifest, *run_models(study, pair, parameters, results, home)]


def run_models(
    study: Finished[Study], pair: SheetRow, parameters: AllParameters, results: Path, home: Path
) -> list[Manifest]:
    """Take a study through all later stages, every strategy and every seed, into the folder `home`.

    Returns
    -------
    list of Manifest
        The artefacts but the study.
    """
    made: list[Manifest] = []
    predictions: list[Finished[Predictions]] = []
    of_controls: list[Finished[Controls]] = []
    models: list[Manifest] = []
    for strategy in choose_strategies(parameters.run.strategies):
        network = replace(parameters.network, strategy=strategy)
        data = share_data(study, network, parameters.training)
        encoders = []
        for seed in range(1, parameters.run.seeds + 1):
            training, folder = replace(parameters.training, seed=seed), home / strategy / f"seed_{seed}"
            encoder, model = train_seed(study, data, network, training, parameters, results, folder)
            encoders.append(encoder)
            models.append(model)
            predictions.append(predict_cells(model, study, parameters, results, folder))
            if not parameters.run.skip_attribution:
                made.append(attribute_calls(model, study, parameters, results, folder))
        made += encoders
        if pair.labelled and has_controls(parameters):
            out = home / strategy / "controls"
            of_controls.append(train_controls(study, data, encoders[0], parameters, results, out))
    made += [*models, *(each.manifest for each in predictions)]
    if pair.labelled:
        scored = evaluate_pair(
            study, predictions, models[0], of_controls, parameters, results, home / "scores"
        )
        made.append(scored)
    return made


def make_study(
    pair: SheetRow, gene_sets: Path, reference: Reference, parameters: AllParameters, results: Path, out: Path
) -> Finished[Study]:
    """Preprocess one pair."""
    sources = Sources(
        bulk=reference.bulk,
        response=reference.response,
        cells=pair.cells,
        gene_sets=gene_sets,
        gene_ids=reference.gene_ids,
        labels=pair.labels,
    )
    rest = (pair.exclude_lines, pair.tag, pair.cell_input, pair.cell_labels, parameters.study)
    settings, inputs = preprocess_parameters(pair.pair, pair.drug, *rest), preprocess_inputs(sources)

    def make() -> Manifest:
        return preprocess(sources, pair.pair, pair.drug, out, *rest, inputs)

    return open_once(do_once(results, out, "study", "preprocess", settings, inputs, make))


def open_once(study: Manifest) -> Finished[Study]:
    """Return a study that is read when it is first asked for; very many cells stay in their file."""
    return Finished(study, lambda manifest: read_study(manifest, MOST_CELLS))


def inputs_with(model: Manifest, study: Finished[Study]) -> Mapping[str, str]:
    """Return the sha256 of a model's or an encoder's weights and of a study's files but the cells' labels."""
    return {**weights_of(model), **training_inputs(study.manifest)}


def predict_cells(
    model: Manifest, study: Finished[Study], parameters: AllParameters, results: Path, folder: Path
) -> Finished[Predictions]:
    """Predict the study's cells."""
    out, settings = folder / "predictions", parameters.predict

    def make() -> Manifest:
        trained, cells = read_cell_model(model), study.opened.cells
        path = study.manifest.path / CELLS_FILE
        if cells.isbacked:
            with open_cells(path, CellInput(), set(trained.genes)) as file:
                made = predict_study(trained, file, study.manifest, CellInput(), settings)
        else:
            made = predict_study(trained, in_memory(path, cells), study.manifest, CellInput(), settings)
        return save(made, out).manifest

    inputs = inputs_with(model, study)
    made = do_once(results, out, "predictions", "predict", asdict(settings), inputs, make)
    return Finished(made, read_predictions)


def has_controls(parameters: AllParameters) -> bool:
    """Tell whether controls are made."""
    return not parameters.run.skip_controls and REGIMES[parameters.training.regime].has_controls


def train_controls(
    study: Finished[Study],
    data: SeenData,
    encoder: Manifest,
    parameters: AllParameters,
    results: Path,
    out: Path,
) -> Finished[Controls]:
    """Train the controls of one strategy from the encoder of its first seed."""
    training = replace(parameters.training, seed=1)
    groups = parameters.losses, training, parameters.predict, parameters.controls
    network = take(NetworkParameters, encoder.parameters)
    settings = {name: value for group in (network, *groups) for name, value in asdict(group).items()}

    def make() -> Manifest:
        start = read_model(encoder, "encoder")
        return save(controls(study.opened, data(()), start, *groups), out).manifest

    inputs = inputs_with(encoder, study)
    return Finished(do_once(results, out, "controls", "controls", settings, inputs, make), read_controls)


def attribute_calls(
    model: Manifest, study: Finished[Study], parameters: AllParameters, results: Path, folder: Path
) -> Manifest:
    """Attribute one model's calls to genes and pathways."""
    out, settings = folder / "attributions", parameters.attribute

    def make() -> Manifest:
        return save(attribute(read_model(model), hold_in_memory(study.opened), settings), out).manifest

    inputs = inputs_with(model, study)
    return do_once(results, out, "attributions", "attribute", asdict(settings), inputs, make)


def evaluate_pair(
    study: Finished[Study],
    predictions: Sequence[Finished[Predictions]],
    model: Manifest,
    of_controls: Sequence[Finished[Controls]],
    parameters: AllParameters,
    results: Path,
    out: Path,
) -> Manifest:
    """Evaluate all predictions of one study against its labels."""
    inputs = dict(study.manifest.files)
    for name, every in ((PREDICTIONS_FILE, predictions), (CONTROLS_FILE, of_controls)):
        inputs |= {str(each.manifest.path): each.manifest.files[name] for each in every}

    def make() -> Manifest:
        # Cells without labels need not wait until UMAP and the classifiers are loaded.
        from bulk2cell.evaluate.evaluate import evaluate

        scored = evaluate(
            hold_in_memory(study.opened),
            [each.opened for each in predictions],
            parameters.evaluate,
            read_model(model),
            [each.opened for each in of_controls],
        )
        return save(scored, out).manifest

    inputs |= weights_of(model)
    # Metrics go by the threshold, which the table of predictions need not show.
    settings = {**asdict(parameters.evaluate), **asdict(parameters.predict)}
    return do_once(results, out, "scores", "evaluate", settings, inputs, make)
