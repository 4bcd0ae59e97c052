"""Calls of cells, labels or not."""

from collections.abc import Mapping
from dataclasses import dataclass

from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.report import readings
from bulk2cell.report.figures import calls
from bulk2cell.report.svg import Figure
from bulk2cell.report.tables import Column, PageTable, page_table


@dataclass(frozen=True)
class CallsSection:
    """Calls of cells, labels or not."""

    cells: str
    figure: Figure
    counts: PageTable


def calls_section(cells: str, seeds: Mapping[int, Manifest]) -> CallsSection:
    """Draw and count the calls of some cells over seeds."""
    table = readings.calls(seeds)
    counts = (
        table.assign(
            sensitive=table["call"] == "sensitive", resistant=table["call"] == "resistant", cells=True
        )
        .groupby("seed", as_index=False)[["cells", "sensitive", "resistant", "abstained"]]
        .sum()
    )
    columns = [
        Column(name, name.capitalize(), ",d") for name in ("cells", "sensitive", "resistant", "abstained")
    ]
    figure = Figure(
        [calls.probabilities(table)],
        "Probability of sensitive; in the grey band the call is withheld.",
    )
    return CallsSection(
        cells, figure, page_table(counts, [Column("seed", "Seed"), *columns], f"Calls of {cells}", "calls")
    )
