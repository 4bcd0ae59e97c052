"""Controls: the same training with one part broken on purpose. A model must beat them to have learnt from that part."""

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.controls import write_controls
from bulk2cell.artefacts.folder import claims_out, new_artefact
from bulk2cell.artefacts.study import training_inputs
from bulk2cell.errors import ParameterError
from bulk2cell.model.family import components_of
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
from bulk2cell.train.cells import thinned
from bulk2cell.train.control_models import control_models
from bulk2cell.train.data import training_data
from bulk2cell.train.seeds import choose_device
from bulk2cell.train.start import study_and_encoder


@claims_out("controls")
def controls(
    study: Path,
    encoder: Path,
    out: Path,
    losses: LossParameters,
    training: TrainParameters,
    prediction: PredictParameters,
    parameters: ControlParameters,
) -> Path:
    """Train the controls of a strategy and write their calls of the study's cells; no cell label is read.

    permuted labels
        From the same encoder, with the response of the lines permuted.
    untrained encoder
        The encoders stay as they were drawn.
    random gene sets
        Every gene of the sets replaced by one drawn at random: sets keep their sizes and overlaps.
    dense decoder
        Every unit joined to every gene.

    The ridge strategy has no encoder to train, and its answer does not depend on gene sets: it has permuted labels alone.
    Strategies without gene sets have the first two.

    Parameters
    ----------
    study
        Folder of the study.
    encoder
        Folder of an encoder of the strategy.
    out
        Folder of the controls.
    prediction
        Threshold and abstain band of the calls.

    Raises
    ------
    ParameterError
        In regimes C and D, whose shots a control must not learn from.
    ArtefactError
        If study or encoder cannot be used or do not belong together.
    """
    if training.regime in {"C", "D"}:
        raise ParameterError(f"regime: {training.regime} has no controls; make them in regime A or B")
    device = choose_device(training.device)
    source, start = study_and_encoder(study, encoder, training.regime, device)
    network = take(NetworkParameters, start.manifest.parameters)
    say(f"controls: {network.strategy}, regime {training.regime}, on {device}")
    data = training_data(thinned(source), device, training.regime, components_of(network))
    genes = list(source.bulk.var_names)
    mask = decoder_mask(genes, source.pathways, network.free_units).to(device)
    tables = []
    for control, repeat, trained in control_models(
        start.network, mask, data, network, losses, training, parameters.label_permutations
    ):
        probability = score_network(trained, data.scaling, source.cells.X)
        table = predictions_table(
            list(source.cells.obs_names), probability, prediction.threshold, prediction.abstain_band
        )
        tables.append(table.assign(control=control, repeat=repeat, strategy=network.strategy))
    settings = {
        **asdict(network),
        **asdict(losses),
        **asdict(training),
        **asdict(prediction),
        **asdict(parameters),
    }
    inputs = {
        **training_inputs(source.manifest),
        "encoder/weights.safetensors": start.manifest.files["weights.safetensors"],
    }
    with new_artefact(out, "controls", settings, inputs) as draft:
        facts = source.manifest.content
        draft.content |= {"pair": facts["pair"], "gene_sets": facts["gene_sets"]}
        draft.content |= {"strategy": network.strategy, "regime": training.regime}
        write_controls(draft, pd.concat(tables, ignore_index=True))
    return out
