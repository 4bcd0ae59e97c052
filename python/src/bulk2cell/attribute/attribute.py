"""Find the genes, pathway units and gene sets behind a model's calls."""

from dataclasses import asdict

import torch
from torch import nn

from bulk2cell.artefacts.attributions import Attributions
from bulk2cell.artefacts.content import OF_MODEL, Errors
from bulk2cell.artefacts.manifest import new_manifest
from bulk2cell.artefacts.model import TrainedModel
from bulk2cell.artefacts.study import Study, training_inputs
from bulk2cell.artefacts.study_input import draw_rows, study_input
from bulk2cell.artefacts.weights import weights_of
from bulk2cell.attribute.enrichment import find_enrichment
from bulk2cell.attribute.gradients import integrate_gradients, measure_completeness
from bulk2cell.attribute.summary import summarise
from bulk2cell.attribute.units import name_units, read_units
from bulk2cell.cores import settle_threads
from bulk2cell.model.cell_layers import SENSITIVE
from bulk2cell.parameters import AttributeParameters
from bulk2cell.progress import say
from bulk2cell.regimes import REGIMES

BASELINE = {
    "cells": "the mean expression of the study's cells",
    "bulk": "the mean expression of the study's lines",
}
RANKING = "mean absolute attribution, signed by the correlation of attribution and expression"
TOLERANCE = 0.01  # rounding makes some 4e-6 (docs/performance.md): more than this is a fault


def attribute(model: TrainedModel, study: Study, parameters: AttributeParameters) -> Attributions:
    """Attribute the calls of a study's cells, or of its bulk lines, to genes, pathway units and gene sets.

    Integrated gradients of the sensitive logit, from the mean cell (or line) to each cell, once to the standardised
    expression and once to the code. Calls are made at probability 0.5. No label is read.

    Parameters
    ----------
    study
        That the model was trained on.
    parameters
        Domain, cells and permutations.

    Raises
    ------
    ArtefactError
        If the study lacks genes of the model.
    """
    settle_threads()
    network, domain = model.network, parameters.domain
    names = (study.cells if domain == "cells" else study.bulk).obs_names.to_numpy()
    rows = draw_rows(names, parameters.attributed_cells)
    say(f"attribute: {len(rows)} of {len(names)} {'cells' if domain == 'cells' else 'bulk lines'}")

    x = torch.from_numpy(study_input(model, study, domain, rows))
    start = torch.zeros_like(x[:1])
    with torch.no_grad():
        code, code_start = network.code(x, domain), network.code(start, domain)
        logits = network.classify(code)
        change = (logits.double() - network.classify(code_start).double())[:, SENSITIVE].numpy()
        sensitive = (logits[:, SENSITIVE] >= logits[:, 1 - SENSITIVE]).numpy()
    whole = nn.Sequential(*network.encoder_of(domain), *network.classifier)
    to_genes = integrate_gradients(whole, x, start, "attribute to genes")
    to_units = integrate_gradients(network.classifier, code, code_start, "attribute to pathways")
    genes_error = measure_completeness(to_genes, change)
    units_error = measure_completeness(to_units, change)
    genes = summarise(to_genes, x.numpy(), sensitive, model.genes, "gene")
    reading = read_units(model, x.numpy(), code.numpy())
    units = summarise(to_units, reading, sensitive, name_units(model), "unit")
    say("attribute: enrichment")
    sets = find_enrichment(genes.set_index("gene")["signed"], model.pathways, parameters.permutations)

    facts = model.manifest.content
    counts = {"sensitive": int(sensitive.sum()), "resistant": int((~sensitive).sum())}
    content = {
        **{key: facts[key] for key in OF_MODEL},
        "domain": domain,
        "baseline": BASELINE[domain if REGIMES[facts["regime"]].sees_cells else "bulk"],
        "cells": counts,
        "completeness": {"genes": genes_error.model_dump(), "pathways": units_error.model_dump()},
        "ranking": RANKING,
        "warnings": _warnings(counts, genes_error, units_error, network.strategy.masked),
    }
    inputs = {**training_inputs(study.manifest), **weights_of(model.manifest)}
    manifest = new_manifest("attributions", asdict(parameters), inputs, content)
    return Attributions(manifest=manifest, genes=genes, pathways=units, enrichment=sets)


def _warnings(counts: dict[str, int], genes: Errors, units: Errors, masked: bool) -> list[str]:
    found = []
    for call, number in counts.items():
        if number == 0:
            found.append(
                f"Nothing was called {call}: contributions are means over all cells, not a difference of calls."
            )
    for what, error in (("genes", genes), ("pathway units", units)):
        if error.mean_relative > TOLERANCE:
            found.append(
                f"Attributions to {what} miss the change of the logit by {error.mean_relative:.0%} on average, though "
                "they are exact but for rounding: do not rely on them."
            )
    if masked:
        found.append(
            "The gene sets that are tested for enrichment were the model's own mask, so that their enrichment is not "
            "independent evidence."
        )
    return found
