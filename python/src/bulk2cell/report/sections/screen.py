"""All that the page shows of a screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bulk2cell.artefacts.screen import ScreenTables
from bulk2cell.pl.given import Tables
from bulk2cell.report.figures.screen import draw_expected, draw_heat_map, draw_suggested
from bulk2cell.report.provenance import tabulate_provenance
from bulk2cell.report.screen_tables import tabulate_drugs, tabulate_groups, tabulate_suggested
from bulk2cell.report.screen_words import Verdict, count_grades, write_verdict
from bulk2cell.report.svg import Figure
from bulk2cell.report.tables import PageTable
from bulk2cell.screen.screen import CLUSTERS
from bulk2cell.trust.expect import GRADES
from bulk2cell.trust.words import ADVICE

METHODS = (
    "For every drug, ridge regression learnt the rank of its {measure} on up to {lines:,} cell lines from {genes:,} "
    "genes, as bulk2cell's default strategy does, on cells reduced to their {components} leading components. {grouping} "
    "A group's difference is its mean log odds of being sensitive minus that of all other cells; its p value comes from "
    "{permutations:,} models that learnt permuted responses, and its FDR is that of Benjamini and Hochberg over all "
    "drugs and groups of a column. General sensitivity is the mean of all drugs' standardised scores; drug-specific is "
    "what does not correlate with it over the cells. Trust comes from signals that need no label of a cell, combined as "
    "was learnt on cell lines that were held out and turned into simulated cells."
)


@dataclass(frozen=True)
class Grade:
    """A grade of trust, its number of drugs and what to make of them."""

    name: str
    rank: int
    drugs: int
    advice: str


@dataclass(frozen=True)
class GroupingSection:
    """Groups by one column."""

    by: str
    heat_map: Figure | None
    groups: PageTable


@dataclass(frozen=True)
class ScreenSection:
    """All of one screen."""

    name: str
    verdict: Verdict
    grades: Sequence[Grade]
    expected: Figure
    groupings: Sequence[GroupingSection]
    suggested: PageTable
    of_suggested: Figure
    drugs: PageTable
    warnings: Sequence[str]
    facts: Mapping[str, str]
    methods: str
    simulated: bool
    provenance: Sequence[PageTable]


def make_screen_section(screen: ScreenTables, name: str) -> ScreenSection:
    """Draw and write down everything about a screen.

    Parameters
    ----------
    name
        To tell it from others of the page; may be empty.
    """
    tables = Tables(screen.drugs, screen.groups)
    content = screen.manifest.content
    columns = [str(by) for by in content["groups"]]
    counts = count_grades(screen.drugs)
    chosen = screen.drugs.loc[screen.drugs["suggested"], "drug"].astype(str).tolist()
    return ScreenSection(
        name,
        write_verdict(tables, columns[0]),
        [
            Grade(grade, rank, counts[grade], ADVICE[grade])
            for grade, rank in zip(GRADES, range(len(GRADES), 0, -1), strict=True)
        ],
        draw_expected(tables),
        [GroupingSection(by, draw_heat_map(tables, by), tabulate_groups(tables, by)) for by in columns],
        tabulate_suggested(tables, columns[0]),
        draw_suggested(tables, columns[0], chosen),
        tabulate_drugs(screen.drugs),
        content["warnings"],
        describe_facts(screen),
        describe_methods(screen),
        content["simulated"],
        tabulate_provenance([screen.manifest]),
    )


def describe_facts(screen: ScreenTables) -> dict[str, str]:
    """Return what went into a screen, in words by heading."""
    content, parameters = screen.manifest.content, screen.manifest.parameters
    excluded = parameters.get("exclude_lines")
    kept = "; ".join(f"{each['what']}: {each['after']:,} of {each['before']:,}" for each in content["kept"])
    return {
        "Cells": f"{content['cells']['kept']:,} of {content['cells']['all']:,}",
        "Cell lines": f"{content['lines']:,}",
        "Lines taken out": ", ".join(map(str, excluded))
        if isinstance(excluded, list) and excluded
        else "none",
        "Scale of the cells": str(content["scale"]),
        "Kept": kept,
    }


def describe_methods(screen: ScreenTables) -> str:
    """Return the methods paragraph of a screen."""
    content, parameters = screen.manifest.content, screen.manifest.parameters
    columns = [str(by) for by in content["groups"]]
    clustered = columns[0] == CLUSTERS and not parameters["group_column"]
    named = columns[1:] if clustered else columns
    parts = ["Groups are Leiden clusters of these."] if clustered else []
    if named:
        parts.append(f"Groups are those of {' and of '.join(named)}, which came with the cells.")
    return METHODS.format(
        measure=parameters["measure"],
        lines=content["lines"],
        genes=content["genes"],
        components=parameters["cell_components"],
        grouping=" ".join(parts),
        permutations=parameters["screen_permutations"],
    )
