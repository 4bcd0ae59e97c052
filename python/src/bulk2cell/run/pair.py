"""One pair through all stages."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.study import training_inputs
from bulk2cell.attribute.attribute import attribute
from bulk2cell.evaluate.evaluate import evaluate
from bulk2cell.parameters import CellInput, NetworkParameters, Regime, take
from bulk2cell.predict.predict import predict
from bulk2cell.preprocess.study import Sources, preprocess, preprocess_inputs, preprocess_parameters
from bulk2cell.run.finished import once
from bulk2cell.run.inputs import Reference
from bulk2cell.run.params_file import Parameters
from bulk2cell.run.sample_sheet import Pair
from bulk2cell.run.train import train, weights_of
from bulk2cell.strategies import chosen_strategies
from bulk2cell.train.controls import controls


def run_pair(
    pair: Pair, gene_sets: Path, reference: Reference, parameters: Parameters, results: Path
) -> list[Path]:
    """Take one pair with one gene-set resource through all stages, every strategy and every seed.

    Returns
    -------
    list of Path
        The artefacts, for the report.
    """
    place = results / pair.pair / gene_sets.name.removesuffix(".gmt")
    study = make_study(pair, gene_sets, reference, parameters, results, place / "study")
    home = regime_folder(place, parameters.training.regime)
    return [study, *run_models(study, pair, parameters, results, home)]


def run_models(study: Path, pair: Pair, parameters: Parameters, results: Path, home: Path) -> list[Path]:
    """Take a study through all later stages, every strategy and every seed, into the folder `home`.

    Returns
    -------
    list of Path
        The artefacts but the study.
    """
    made: list[Path] = []
    predictions, models, spoilt = [], [], []
    for strategy in chosen_strategies(parameters.run.strategies):
        for model in train(study, strategy, parameters, results, home / strategy).values():
            models.append(model)
            predictions.append(score(model, study, parameters, results, model.parent))
            if not parameters.run.skip_attribution:
                made.append(explain(model, study, parameters, results, model.parent))
        if pair.labelled and with_controls(parameters):
            spoilt.append(control(study, home / strategy, parameters, results))
    made += [*(model.with_name("encoder") for model in models), *models, *predictions]
    if pair.labelled:
        made.append(compare(study, predictions, models[0], spoilt, parameters, results, home / "scores"))
    return made


def regime_folder(place: Path, regime: Regime) -> Path:
    """Return where a regime's models and scores stand: beside the study in regime B, else in a folder of its own."""
    return place if regime == "B" else place / f"regime_{regime}"


def make_study(
    pair: Pair, gene_sets: Path, reference: Reference, parameters: Parameters, results: Path, out: Path
) -> Path:
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
    settings = preprocess_parameters(pair.pair, pair.drug, *rest)
    stage = partial(preprocess, sources, pair.pair, pair.drug, out, *rest)
    return once(results, out, "study", settings, preprocess_inputs(sources), stage)


def score(model: Path, study: Path, parameters: Parameters, results: Path, folder: Path) -> Path:
    """Predict the study's cells."""
    out = folder / "predictions"
    inputs = {**weights_of(model, "model"), **training_inputs(read_manifest(study, "study"))}
    stage = partial(predict, model, study, out, CellInput(), parameters.predict)
    return once(results, out, "predictions", asdict(parameters.predict), inputs, stage)


def with_controls(parameters: Parameters) -> bool:
    """Tell whether controls are made; those of regimes C and D would learn from the cells' own labels."""
    return not parameters.run.skip_controls and parameters.training.regime in {"A", "B"}


def control(study: Path, folder: Path, parameters: Parameters, results: Path) -> Path:
    """Train the controls of one strategy from the encoder of its first seed."""
    encoder, out = folder / "seed_1" / "encoder", folder / "controls"
    training = replace(parameters.training, seed=1)
    groups = parameters.losses, training, parameters.predict, parameters.controls
    network = take(NetworkParameters, read_manifest(encoder, "encoder").parameters)
    settings = {name: value for group in (network, *groups) for name, value in asdict(group).items()}
    inputs = {**training_inputs(read_manifest(study, "study")), **weights_of(encoder, "encoder")}
    stage = partial(controls, study, encoder, out, *groups)
    return once(results, out, "controls", settings, inputs, stage)


def explain(model: Path, study: Path, parameters: Parameters, results: Path, folder: Path) -> Path:
    """Attribute one model's calls to genes and pathways."""
    out = folder / "attributions"
    inputs = {**weights_of(model, "model"), **training_inputs(read_manifest(study, "study"))}
    stage = partial(attribute, model, study, out, parameters.attribute)
    return once(results, out, "attributions", asdict(parameters.attribute), inputs, stage)


def compare(
    study: Path,
    predictions: Sequence[Path],
    model: Path,
    spoilt: Sequence[Path],
    parameters: Parameters,
    results: Path,
    out: Path,
) -> Path:
    """Evaluate all predictions of one study against its labels."""
    inputs = dict(read_manifest(study, "study").files)
    inputs |= {
        str(path): read_manifest(path, "predictions").files["predictions.parquet"] for path in predictions
    }
    inputs |= {str(path): read_manifest(path, "controls").files["controls.parquet"] for path in spoilt}
    stage = partial(evaluate, study, predictions, out, parameters.evaluate, model, spoilt)
    return once(
        results, out, "scores", asdict(parameters.evaluate), {**inputs, **weights_of(model, "model")}, stage
    )
