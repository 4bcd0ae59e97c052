"""Genes, pathway units and gene sets behind the calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.report import readings
from bulk2cell.report.agreement import Agreement, average_enrichment, average_over_seeds, measure_agreement
from bulk2cell.report.figures import drivers
from bulk2cell.report.svg import Figure
from bulk2cell.report.tables import Column, PageTable, make_page_table

NUMBERS = (
    Column("signed", "Signed attribution", "+#.3g"),
    Column("contribution", "Contribution", "+#.3g"),
    Column("direction", "Correlation with expression", "+.2f"),
    Column("mean_sensitive", "Mean, called sensitive", "+#.3g"),
    Column("mean_resistant", "Mean, called resistant", "+#.3g"),
    Column("same_sign", "Seeds of this sign", ".0%"),
)


@dataclass(frozen=True)
class DriversSection:
    """Genes, pathway units and gene sets behind the calls."""

    facts: Mapping[str, Any]
    seeds: Sequence[int]
    figure: Figure
    agreement: Agreement | None
    completeness: Mapping[str, float]
    genes: PageTable
    units: PageTable
    sets: PageTable


def make_drivers_section(seeds: Mapping[int, Manifest]) -> DriversSection:
    """Draw and tabulate the attributions of one domain over seeds."""
    genes, units = readings.attributions(seeds, "genes"), readings.attributions(seeds, "pathways")
    mean_genes, mean_units = average_over_seeds(genes, "gene"), average_over_seeds(units, "unit")
    sets = average_enrichment(readings.attributions(seeds, "enrichment"))
    contents = [manifest.content for manifest in seeds.values()]
    panels = [
        drivers.draw_strongest(mean_genes, genes, "gene", "Genes"),
        drivers.draw_strongest(mean_units, units, "unit", "Pathway units"),
        *([drivers.draw_enrichment(sets)] if len(sets) else []),
    ]
    caption = (
        "What moves the calls. The length of a bar is the mean absolute attribution of the gene or pathway unit. Of bars "
        "to the right (teal) a higher value points to sensitive, of those to the left (orange) to resistant; small dots are "
        "seeds. Gene sets on the right hold genes that point to sensitive; larger dots are larger sets, darker ones have a "
        "lower FDR. All this explains the model, not the cause of the response."
    )
    return DriversSection(
        contents[0],
        list(seeds),
        Figure(panels, caption),
        measure_agreement(genes),
        {
            name: max(float(content["completeness"][name]["mean_relative"]) for content in contents)
            for name in ("genes", "pathways")
        },
        make_page_table(mean_genes, [Column("gene", "Gene"), *NUMBERS], "Genes, strongest first", "genes"),
        make_page_table(
            mean_units, [Column("unit", "Unit"), *NUMBERS], "Pathway units, strongest first", "pathways"
        ),
        make_page_table(
            sets.assign(leading_genes=sets["leading_genes"].str.replace(";", ", ")),
            [
                Column("set", "Gene set"),
                Column("size", "Genes", ",d"),
                Column("nes", "NES", "+.2f"),
                Column("fdr", "FDR", ".3g"),
                Column("significant", "Seeds with FDR < 0.05", "d"),
                Column("leading_genes", "Leading genes"),
            ],
            "Enrichment, lowest FDR first",
            "enrichment",
        ),
    )
