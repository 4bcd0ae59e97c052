"""Versions, parameters and sha256 of everything behind a pair's numbers."""

import json
from collections.abc import Iterable, Sequence

from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.report.tables import Column, PageTable


def tabulate_provenance(manifests: Sequence[Manifest]) -> list[PageTable]:
    """Return a table each of versions, parameters and inputs; what seeds have in common is listed once."""
    versions = [
        ((name, version), manifest)
        for manifest in manifests
        for name, version in {"bulk2cell": manifest.bulk2cell, **manifest.libraries}.items()
    ]
    parameters = [
        ((manifest.kind, name, json.dumps(value)), manifest)
        for manifest in manifests
        for name, value in manifest.parameters.items()
    ]
    inputs = [
        ((manifest.kind, name, digest), manifest)
        for manifest in manifests
        for name, digest in manifest.inputs.items()
    ]
    return [
        _table(versions, ("Software", "Version"), "Versions"),
        _table(parameters, ("Stage", "Parameter", "Value"), "Parameters"),
        _table(inputs, ("Stage", "Input", "sha256"), "Inputs"),
    ]


def _table(
    entries: Iterable[tuple[tuple[str, ...], Manifest]], headings: tuple[str, ...], caption: str
) -> PageTable:
    seeds: dict[tuple[str, ...], list[str]] = {}
    for entry, manifest in entries:
        seeds.setdefault(entry, []).append(str(manifest.content.get("seed", "")))
    columns = [Column(name, name) for name in (*headings, "Seeds")]
    rows = []
    for entry, of in seeds.items():
        told = ", ".join(sorted(set(of) - {""}, key=lambda seed: (len(seed), seed)))
        rows.append([(text, text) for text in (*entry, told)])
    return PageTable(columns, rows, caption)
