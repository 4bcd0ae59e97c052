"""The methods in plain words, with the parameters of the manifests."""

from collections.abc import Mapping
from typing import Any

from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.model.family import family_of
from bulk2cell.parameters import MOST_CELLS
from bulk2cell.regimes import REGIMES
from bulk2cell.report import readings
from bulk2cell.report.records import PairResults, SettingResults
from bulk2cell.strategies import STRATEGIES

LABELLING = {
    "extreme": "the lines with the lowest {extreme_fraction:.0%} of {measure} count as sensitive, those with the highest "
    "{extreme_fraction:.0%} as resistant, and the middle is left unlabelled",
    "median": "lines below the median {measure} count as sensitive, the others as resistant",
    "waterfall": "lines below the elbow of the sorted {measure} count as sensitive, the others as resistant",
    "threshold": "lines below {measure} {response_threshold} count as sensitive, the others as resistant",
}


SENTENCES = {  # by the fact that a sentence rests on
    "labelling": "Source labels come from the response to {drug} in {release}: {labelling}.",
    "network": "The model ({strategy}, gene sets {gene_sets}) is {network}.",
    "training": "{training}",
    "drawn": "Of the study's cells, {drawn:,} took part in training, drawn at random; all were scored.",
    "threshold": "A cell is called sensitive at a probability of {threshold} or above, and resistant below it. Close to it "
    "a cell is uncertain: of lines that it had not learnt from the model calls {call_accuracy:.0%} right beyond that band.",
    "bootstraps": "{access} Calls were scored and compared with constant predictors, sequencing depth and classifiers that "
    "learnt from the same genes and labels{controls}. Intervals are 95 %: over seeds, or by {bootstraps} bootstraps of "
    "samples first and cells inside them second.",
    "permutations": "Genes and pathway units were attributed by integrated gradients, computed exactly. Gene sets were "
    "tested with {permutations} permutations of the genes, against all genes of the model.",
}


def describe_methods(pair: PairResults, setting: SettingResults) -> str:
    """Return the methods paragraph of a setting, without what no manifest contains."""
    manifests = _manifests(pair, setting)
    known = {name: value for manifest in manifests for name, value in manifest.parameters.items()}
    facts = known | _facts(pair, setting, known)
    return " ".join(sentence.format(**facts) for fact, sentence in SENTENCES.items() if fact in facts)


def _facts(pair: PairResults, setting: SettingResults, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the sentences say beside parameters."""
    strategy = STRATEGIES[setting.strategy]
    facts = {
        "drug": pair.drug,
        "gene_sets": setting.gene_sets,
        "strategy": setting.strategy,
        "network": strategy.report,
        "access": REGIMES[setting.regime].sentence,
        "controls": _name_controls(setting) if setting.scores else "",
    }
    if "label_strategy" in known:
        study = pair.studies[setting.gene_sets]
        labelling = LABELLING[known["label_strategy"]].format(**{**known, "measure": study["measure"]})
        facts |= {"release": study["release"], "labelling": labelling}
    if setting.models:
        epochs = _epochs(setting.encoders) if setting.encoders else "", _epochs(setting.models)
        describe = family_of(strategy).describe_training
        facts["training"] = describe(known, setting.regime, list(setting.models), *epochs)
    taken = max((manifest.content["cells"] for manifest in setting.models.values()), default=0)
    return {**facts, "drawn": taken} if taken >= MOST_CELLS else facts


def _epochs(seeds: Mapping[int, Manifest]) -> str:
    runs = sorted({manifest.content["epochs"]["run"] for manifest in seeds.values()})
    return str(runs[0]) if len(runs) == 1 else f"{runs[0]} to {runs[-1]}"


def _name_controls(setting: SettingResults) -> str:
    """Name the controls with their repeats."""
    repeats = readings.controls(readings.scores(setting))
    told = ", ".join(f"{name} ({number} times)" for name, number in repeats.items())
    return f", and with controls of the model: {told}" if told else ""


def _manifests(pair: PairResults, setting: SettingResults) -> list[Manifest]:
    study = pair.study_manifests.get(setting.gene_sets)
    seeds = [setting.encoders, setting.models, *setting.predictions.values(), *setting.attributions.values()]
    found = [manifest for one in seeds for manifest in one.values()]
    return [*([study] if study else []), *found, *([setting.scores] if setting.scores else [])]
