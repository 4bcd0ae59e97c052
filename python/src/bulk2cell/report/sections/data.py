"""Lines, cells, genes and source labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.study import read_lines
from bulk2cell.report.figures import source
from bulk2cell.report.svg import Figure
from bulk2cell.report.tables import Column, PageTable, page_table


@dataclass(frozen=True)
class DataSection:
    """Lines, cells, genes and source labels of one study."""

    facts: Mapping[str, str]
    kept: PageTable
    figure: Figure | None


def data_section(facts: Mapping[str, Any], manifest: Manifest | None) -> DataSection:
    """Draw and write down what a study was made of; without its manifest, what its models say of it."""
    kept = pd.DataFrame(list(facts.get("kept", [])), columns=["what", "before", "after"])
    table = page_table(
        kept,
        [Column("what", "What"), Column("before", "Before", ",d"), Column("after", "After", ",d")],
        "Kept and dropped",
    )
    if manifest is None:
        return DataSection(told(facts), table, None)
    lines = read_lines(manifest)
    return DataSection(
        told(facts), table, source.source_labels(lines, str(facts["measure"]), facts["label_cuts"])
    )


def told(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return a study's facts in words, by heading; what is not known is left out."""
    excluded = facts.get("excluded_lines", {})
    removed = ", ".join(excluded.get("removed", [])) or "none"
    absent = ", ".join(excluded.get("not_in_source", []))
    texts = {
        "Response": f"{facts['measure']} of {facts['drug']}, {facts.get('release', '')}".rstrip(", "),
        "Label cuts": _listed(facts.get("label_cuts", {})),
        "Lines": _listed(facts.get("lines", {})),
        "Lines taken out": removed + (f"; not among the bulk lines anyway: {absent}" if absent else ""),
        "Scale": _listed(facts.get("scale", {})),
        "Gene identifiers": _listed(facts.get("identifiers", {})),
        "Gene sets": str(facts["gene_sets"]),
        "What the cells' labels test": str(facts.get("tag", "")),
    }
    return {heading: text for heading, text in texts.items() if text}


def _listed(facts: Mapping[str, Any]) -> str:
    """Return "name: value; name: value", nested facts in brackets."""
    parts = []
    for name, value in facts.items():
        if isinstance(value, Mapping):
            parts.append(f"{name} ({_listed(value)})")
        elif value is not None:
            parts.append(
                f"{name.replace('_', ' ')}: {format(value, '.4g') if isinstance(value, float) else value}"
            )
    return "; ".join(parts)
