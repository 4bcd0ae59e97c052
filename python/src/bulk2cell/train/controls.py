"""Controls: the same training with one part broken on purpose. A model must beat them to have learnt from that part."""

from copy import deepcopy
from dataclasses import asdict

import pandas as pd

from bulk2cell.artefacts.controls import Controls
from bulk2cell.artefacts.manifest import new_manifest
from bulk2cell.artefacts.model import TrainedModel
from bulk2cell.artefacts.study import Study, training_inputs
from bulk2cell.artefacts.weights import weights_of
from bulk2cell.calls import find_width
from bulk2cell.errors import ParameterError
from bulk2cell.model.mask import decoder_mask
from bulk2cell.parameters import (
    ControlParameters,
    LossParameters,
    NetworkParameters,
    PredictParameters,
    TrainParameters,
    take,
)
from bulk2cell.predict.score import predictions_table
from bulk2cell.predict.score_network import score_network
from bulk2cell.progress import say
from bulk2cell.regimes import REGIMES, WITH_CONTROLS, Regime, with_letter, with_letters
from bulk2cell.train.control_models import train_control_models
from bulk2cell.train.data import TrainingData
from bulk2cell.train.provenance import refuse_other_encoder


def controls(
    study: Study,
    data: TrainingData,
    encoder: TrainedModel,
    losses: LossParameters,
    training: TrainParameters,
    prediction: PredictParameters,
    parameters: ControlParameters,
) -> Controls:
    """Train the controls of a strategy and return what they say of the study's cells; no label of a cell is read.

    Parameters
    ----------
    study
        Its cells are called.
    data
        What training sees of it, see `data_for_training`.
    encoder
        Of the strategy.
    prediction
        Threshold and accuracy of the calls.

    Raises
    ------
    ParameterError
        In regimes with shots, which a control must not learn from.
    ArtefactError
        If study and encoder do not belong together.
    """
    refuse_shots(training.regime)
    refuse_other_encoder(encoder, study, training.regime)
    network = take(NetworkParameters, encoder.manifest.parameters)
    say(f"controls: {network.strategy}, {REGIMES[training.regime].words}, on {data.bulk.device}")
    genes = list(study.bulk.var_names)
    mask = decoder_mask(genes, study.pathways, network.free_units).to(data.bulk.device)
    tables = []
    for control, repeat, trained, calibration in train_control_models(
        deepcopy(encoder.network).to(data.bulk.device),
        mask,
        data,
        network,
        losses,
        training,
        parameters.label_permutations,
    ):
        probability = score_network(trained, data.scaling, study.cells.X)
        width = find_width(
            calibration.log_odds, calibration.sensitive, prediction.call_accuracy, prediction.threshold
        )
        table = predictions_table(list(study.cells.obs_names), probability, width, prediction.threshold)
        tables.append(table.assign(control=control, repeat=repeat, strategy=network.strategy))
    settings = {
        **asdict(network),
        **asdict(losses),
        **asdict(training),
        **asdict(prediction),
        **asdict(parameters),
    }
    facts = study.manifest.content
    content = {
        "pair": facts["pair"],
        "gene_sets": facts["gene_sets"],
        "strategy": network.strategy,
        "regime": training.regime,
    }
    inputs = {**training_inputs(study.manifest), **weights_of(encoder.manifest)}
    table = pd.concat(tables, ignore_index=True)
    return Controls(manifest=new_manifest("controls", settings, inputs, content), table=table)


def refuse_shots(regime: Regime) -> None:
    """Refuse a regime whose models learn from labelled cells.

    Raises
    ------
    ParameterError
        Naming the regime.
    """
    if not REGIMES[regime].has_controls:
        raise ParameterError(
            f"regime: {with_letter(regime)} has no controls; make them in {with_letters(WITH_CONTROLS)}"
        )
