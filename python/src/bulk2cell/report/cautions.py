"""Warnings that a reader must know before believing a pair's numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.predictions import PREDICTIONS_FILE
from bulk2cell.artefacts.tables import read_table
from bulk2cell.calls import UNCERTAIN
from bulk2cell.report.records import PairResults


@dataclass(frozen=True)
class Caution:
    """A warning and where it comes from."""

    text: str
    source: str


def collect_cautions(pair: PairResults) -> list[Caution]:
    """Return every warning of a pair's stages once, and warn of predictions that are all the same.

    Label = batch, depth, few samples, few seeds, flips and constant-like calls are warnings of `evaluate`; genes that
    the cells lack are one of `predict`.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for manifest in pair.manifests:
        for text in [*manifest.content.get("warnings", []), *_warn_of_equal_calls(manifest)]:
            seeds = found.setdefault(str(text), {}).setdefault(manifest.kind, [])
            seeds.append(str(manifest.content.get("seed", "")))
    return [Caution(text, _name_sources(sources)) for text, sources in found.items()]


def _name_sources(sources: Mapping[str, list[str]]) -> str:
    texts = []
    for kind, seeds in sources.items():
        numbers = ", ".join(dict.fromkeys(filter(None, seeds)))
        texts.append(f"{kind}, seed {numbers}" if numbers else kind)
    return "; ".join(texts)


def _warn_of_equal_calls(manifest: Manifest) -> list[str]:
    if manifest.kind != "predictions":
        return []
    calls = {*read_table(manifest, PREDICTIONS_FILE)["call"]}
    if calls == {UNCERTAIN}:
        return ["Every cell is uncertain."]
    others = " that is not uncertain" if UNCERTAIN in calls else ""
    called = calls - {UNCERTAIN}
    return [f"Every cell{others} is called {called.pop()}."] if len(called) == 1 else []
