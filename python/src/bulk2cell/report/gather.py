"""Recognise artefacts by their manifests and group them: pair, then gene sets, strategy and regime, then seed."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bulk2cell.artefacts.manifest import KINDS, Kind, Manifest, read_manifest
from bulk2cell.artefacts.scores import read_scores
from bulk2cell.artefacts.screen import ScreenTables, read_screen
from bulk2cell.errors import ArtefactError
from bulk2cell.methods import NO_STRATEGY
from bulk2cell.regimes import Regime
from bulk2cell.report.records import STUDY_CELLS, PairResults, SettingResults

NOT_SHOWN = {"shots", "controls", "report", "benchmark"}


def gather(artefacts: Sequence[Manifest]) -> list[PairResults]:
    """Group artefacts of any kind but screens by pair, sorted by name.

    Parameters
    ----------
    artefacts
        In any order; one given twice counts once.

    Raises
    ------
    ArtefactError
        If two hold the same thing.
    """
    by_place = {manifest.path.resolve(): manifest for manifest in artefacts}
    manifests = [by_place[place] for place in sorted(by_place) if by_place[place].kind != "screen"]
    names = sorted({manifest.content["pair"] for manifest in manifests})
    return [_pair(name, [each for each in manifests if each.content["pair"] == name]) for name in names]


def gather_screens(artefacts: Sequence[Manifest]) -> dict[str, ScreenTables]:
    """Read the screens among artefacts, in any order; one given twice counts once.

    Returns
    -------
    dict
        By what tells one from the others: the end of its path.
    """
    places = {manifest.path.resolve(): manifest for manifest in artefacts if manifest.kind == "screen"}
    for parts in itertools.count(1):
        names = {"/".join(place.parts[-parts:]): place for place in sorted(places)}
        if len(names) == len(places):
            break
    return {name: read_screen(places[place]) for name, place in sorted(names.items())}


def open_for_report(path: Path) -> Manifest:
    """Read the manifest of a folder that a report can show.

    Raises
    ------
    ArtefactError
        If the folder is no whole artefact of such a kind.
    """
    kinds: list[Kind] = [
        kind for kind in KINDS if (path / f"{kind}.json").is_file() and kind not in NOT_SHOWN
    ]
    if not kinds:
        raise ArtefactError(
            f"{path}: no artefact that a report can be made of; give folders of studies, encoders, models, predictions, "
            "scores, attributions or screens"
        )
    return read_manifest(path, kinds[0])


def _settings_of(manifest: Manifest) -> set[tuple[str, str, Regime]]:
    """Return the (gene sets, strategy, regime) that an artefact speaks of; a study speaks of no strategy."""
    if manifest.kind == "study":
        return set()
    gene_sets, regime = manifest.content["gene_sets"], manifest.content["regime"]
    if manifest.kind == "scores":
        strategies = set(read_scores(manifest, "scores")["strategy"]) - {NO_STRATEGY}
        return {(gene_sets, str(strategy), regime) for strategy in strategies}
    return {(gene_sets, manifest.content["strategy"], regime)}


def _pair(name: str, manifests: Sequence[Manifest]) -> PairResults:
    by_gene_sets = _by(manifests, "study", lambda manifest: manifest.content["gene_sets"])
    study_manifests = {gene_sets: _only(found) for gene_sets, found in by_gene_sets.items()}
    trained = [manifest.content for manifest in manifests if manifest.kind in {"encoder", "model"}]
    studies = {content["gene_sets"]: content["study"] for content in trained}
    studies |= {gene_sets: manifest.content for gene_sets, manifest in study_manifests.items()}
    keys = sorted({key for manifest in manifests for key in _settings_of(manifest)})
    settings = [_setting(*key, [m for m in manifests if key in _settings_of(m)]) for key in keys]
    return PairResults(name, manifests[0].content["drug"], studies, study_manifests, settings)


def _setting(gene_sets: str, strategy: str, regime: Regime, manifests: Sequence[Manifest]) -> SettingResults:
    def by_seed(kind: Kind, of: Sequence[Manifest] = manifests) -> dict[int, Manifest]:
        groups = _by(of, kind, lambda manifest: manifest.content["seed"])
        return {seed: _only(found) for seed, found in groups.items()}

    predictions = _by(manifests, "predictions", _cells_of)
    attributions = _by(manifests, "attributions", lambda manifest: manifest.content["domain"])
    scores = [manifest for manifest in manifests if manifest.kind == "scores"]
    return SettingResults(
        gene_sets,
        strategy,
        regime,
        encoders=by_seed("encoder"),
        models=by_seed("model"),
        predictions={cells: by_seed("predictions", found) for cells, found in predictions.items()},
        scores=_only(scores) if scores else None,
        attributions={domain: by_seed("attributions", found) for domain, found in attributions.items()},
    )


def _cells_of(manifest: Manifest) -> str:
    return (
        STUDY_CELLS if manifest.content["on_study"] else f"cells with sha256 {manifest.inputs['cells'][:12]}"
    )


def _by(manifests: Sequence[Manifest], kind: Kind, key: Any) -> dict[Any, list[Manifest]]:
    groups: dict[Any, list[Manifest]] = {}
    for manifest in manifests:
        if manifest.kind == kind:
            groups.setdefault(key(manifest), []).append(manifest)
    return dict(sorted(groups.items()))


def _only(manifests: Sequence[Manifest]) -> Manifest:
    if len(manifests) > 1:
        first, second = manifests[:2]
        raise ArtefactError(
            f"{first.path} and {second.path}: {first.kind} of the same pair, gene sets, strategy and seed or regime; "
            "give one of them"
        )
    return manifests[0]
