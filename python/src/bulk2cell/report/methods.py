"""The methods in plain words, with the parameters of the manifests."""

from collections.abc import Callable, Mapping
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


def methods(pair: PairResults, setting: SettingResults) -> str:
    """Return the methods paragraph of a setting, without what no manifest contains."""
    known = {
        name: value for manifest in _manifests(pair, setting) for name, value in manifest.parameters.items()
    }
    sentences: list[Callable[[PairResults, SettingResults, Mapping[str, Any]], str]] = [
        _labels,
        _network,
        _training,
        _some_cells,
        _calls,
        _scoring,
        _reasons,
    ]
    return " ".join(filter(None, (sentence(pair, setting, known) for sentence in sentences)))


def _labels(pair: PairResults, setting: SettingResults, known: Mapping[str, Any]) -> str:
    if known.get("label_strategy") not in LABELLING:
        return ""
    facts = pair.studies[setting.gene_sets]
    how = LABELLING[known["label_strategy"]].format(**{**known, "measure": facts["measure"]})
    return f"Source labels come from the response to {pair.drug} in {facts['release']}: {how}."


def _network(pair: PairResults, setting: SettingResults, known: Mapping[str, Any]) -> str:
    what = STRATEGIES[setting.strategy].report
    return f"The model ({setting.strategy}, gene sets {setting.gene_sets}) is {what}."


def _training(pair: PairResults, setting: SettingResults, known: Mapping[str, Any]) -> str:
    if not setting.models or "learning_rate" not in known:
        return ""
    epochs = _epochs(setting.encoders) if setting.encoders else ""
    describe = family_of(STRATEGIES[setting.strategy]).describe_training
    return describe(known, setting.regime, list(setting.models), epochs, _epochs(setting.models))


def _some_cells(pair: PairResults, setting: SettingResults, known: Mapping[str, Any]) -> str:
    taken = max((manifest.content["cells"] for manifest in setting.models.values()), default=0)
    if taken < MOST_CELLS:
        return ""
    return f"Of the study's cells, {taken:,} took part in training, drawn at random; all were called."


def _epochs(seeds: Mapping[int, Manifest]) -> str:
    runs = sorted({int(manifest.content["epochs"]["run"]) for manifest in seeds.values()})
    return str(runs[0]) if len(runs) == 1 else f"{runs[0]} to {runs[-1]}"


def _calls(pair: PairResults, setting: SettingResults, known: Mapping[str, Any]) -> str:
    if "threshold" not in known:
        return ""
    return (
        f"A cell is called sensitive at a probability of {known['threshold']} or above; closer than "
        f"{known['abstain_band']} to that the call is withheld."
    )


def _scoring(pair: PairResults, setting: SettingResults, known: Mapping[str, Any]) -> str:
    if not setting.scores:
        return ""
    return (
        f"{REGIMES[setting.regime].sentence} Calls were scored and compared with constant predictors, "
        f"sequencing depth and classifiers that learnt from the same genes and labels{_controls(setting)}. Intervals are "
        f"95 %: over seeds, or by {known.get('bootstraps', '–')} bootstraps of samples first and cells inside them second."
    )


def _controls(setting: SettingResults) -> str:
    """Name the controls with their repeats."""
    repeats = readings.controls(readings.scores(setting))
    told = ", ".join(f"{name} ({number} times)" for name, number in repeats.items())
    return f", and with controls of the model: {told}" if told else ""


def _reasons(pair: PairResults, setting: SettingResults, known: Mapping[str, Any]) -> str:
    if not setting.attributions:
        return ""
    return (
        "Genes and pathway units were attributed by integrated gradients, worked out exactly. Gene sets were "
        f"tested with {known.get('permutations', '–')} permutations of the genes, all genes of the model being the universe."
    )


def _manifests(pair: PairResults, setting: SettingResults) -> list[Manifest]:
    study = pair.study_manifests.get(setting.gene_sets)
    seeds = [setting.encoders, setting.models, *setting.predictions.values(), *setting.attributions.values()]
    found = [manifest for one in seeds for manifest in one.values()]
    return [*([study] if study else []), *found, *([setting.scores] if setting.scores else [])]
