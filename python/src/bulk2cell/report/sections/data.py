"""Lines, cells, genes and source labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.study import read_lines
from bulk2cell.report.figures import source
from bulk2cell.report.svg import Figure
from bulk2cell.report.tables import Column, PageTable, make_page_table


@dataclass(frozen=True)
class DataSection:
    """Lines, cells, genes and source labels of one study."""

    facts: Mapping[str, str]
    kept: PageTable
    figure: Figure | None


def make_data_section(facts: Mapping[str, Any], manifest: Manifest | None) -> DataSection:
    """Draw and describe what a study was made of; without its manifest, from what its models record of it."""
    kept = pd.DataFrame(facts["kept"], columns=["what", "before", "after"])
    table = make_page_table(
        kept,
        [Column("what", "What"), Column("before", "Before", ",d"), Column("after", "After", ",d")],
        "Kept and dropped",
    )
    if manifest is None:
        return DataSection(describe_facts(facts), table, None)
    lines = read_lines(manifest)
    return DataSection(
        describe_facts(facts), table, source.draw_source(lines, facts["measure"], facts["label_cuts"])
    )


def describe_facts(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return a study's facts in words, by heading, without unknown ones."""
    excluded = facts["excluded_lines"]
    removed, absent = (", ".join(excluded[which]) for which in ("removed", "not_in_source"))
    texts = {
        "Response": f"{facts['measure']} of {facts['drug']}, {facts['release']}",
        "Label cuts": _list_facts(facts["label_cuts"]),
        "Lines": _list_facts(facts["lines"]),
        "Lines taken out": (removed or "none")
        + (f"; not among the bulk lines anyway: {absent}" if absent else ""),
        "Scale": _list_facts(facts["scale"]),
        "Reading of the cells": _list_facts(facts["reading"]),
        "Gene identifiers": _list_facts(facts["identifiers"]),
        "Gene sets": facts["gene_sets"],
        "What the cells' labels test": facts.get("tag", ""),
    }
    return {heading: text for heading, text in texts.items() if text}


def _list_facts(facts: Mapping[str, Any]) -> str:
    """Return "name: value; name: value", nested facts in brackets."""
    parts = []
    for name, value in facts.items():
        if isinstance(value, Mapping):
            parts.append(f"{name} ({_list_facts(value)})")
        elif value is not None:
            parts.append(
                f"{name.replace('_', ' ')}: {format(value, '.4g') if isinstance(value, float) else value}"
            )
    return "; ".join(parts)
