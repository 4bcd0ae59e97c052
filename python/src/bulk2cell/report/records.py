"""Artefacts grouped by pair and setting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.regimes import Regime

STUDY_CELLS = "the study's cells"


@dataclass(frozen=True)
class SettingResults:
    """One strategy on one resource of gene sets in one regime: what was trained, called, scored and explained.

    Attributes
    ----------
    encoders, models
        Manifests by seed.
    predictions
        Manifest by cells (the study's, or the sha256 of others) and seed.
    scores
        Their manifest, where the cells are labelled.
    attributions
        Manifest by domain and seed.
    """

    gene_sets: str
    strategy: str
    regime: Regime
    encoders: Mapping[int, Manifest]
    models: Mapping[int, Manifest]
    predictions: Mapping[str, Mapping[int, Manifest]]
    scores: Manifest | None
    attributions: Mapping[str, Mapping[int, Manifest]]


@dataclass(frozen=True)
class PairResults:
    """All artefacts of one dataset-drug pair.

    Attributes
    ----------
    studies
        Content of the study by gene sets; taken from the models where the study itself is not given.
    study_manifests
        Manifest by gene sets, of the studies that are given.
    """

    name: str
    drug: str
    studies: Mapping[str, Mapping[str, Any]]
    study_manifests: Mapping[str, Manifest]
    settings: Sequence[SettingResults]

    @property
    def manifests(self) -> list[Manifest]:
        """Every manifest of the pair once, in a fixed order."""
        found = list(self.study_manifests.values())
        for setting in self.settings:
            found += [*setting.encoders.values(), *setting.models.values()]
            found += [setting.scores] if setting.scores else []
            for groups in (setting.predictions, setting.attributions):
                found += [manifest for seeds in groups.values() for manifest in seeds.values()]
        return list({manifest.path: manifest for manifest in found}.values())
