"""The tables of a screen's section: drugs, groups and the smallest set."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from bulk2cell.artefacts.screen import GENERAL
from bulk2cell.pl.given import Tables
from bulk2cell.report.screen_words import name_first, trusted_differences
from bulk2cell.report.tables import Column, PageTable, format_value, sort_value
from bulk2cell.screen.rate import SIGNIFICANT
from bulk2cell.trust.expect import GRADES

NAMED = 6  # drugs in a cell
RANKS = {grade: rank for rank, grade in enumerate(reversed(GRADES), 1)}

DRUG = Column("drug", "Drug")
TARGET = Column("target", "Target")
TRUST = Column("grade", "Trust", badge=True)
AUROC = Column("expected_auroc", "Expected AUROC (range of 4 in 5 cases)", ".2f")
RELEASE = Column("agreement", "Release (agreement with the other)")
DRUGS = (
    DRUG,
    TARGET,
    Column("pathway", "Pathway"),
    TRUST,
    AUROC,
    Column("best_group", "Most sensitive group"),
    Column("best_contrast", "Difference to the others", "+.2f"),
    Column("best_fdr", "FDR", ".1g"),
    Column("lines", "Lines", ",d"),
    RELEASE,
)


def tabulate_drugs(drugs: pd.DataFrame) -> PageTable:
    """Return every drug, the most trusted first."""
    ranked = drugs.sort_values(["expected_auroc", "drug"], ascending=[False, True])
    rows = [[_cell(row, column) for column in DRUGS] for row in ranked.to_dict("records")]
    return PageTable(
        DRUGS,
        rows,
        "All drugs, the most trusted first; differences are in log odds",
        file="drugs",
        searchable=True,
    )


def tabulate_suggested(tables: Tables, by: str) -> PageTable:
    """Return the smallest set of trusted drugs that covers the groups, and which each covers."""
    found = trusted_differences(tables, by)
    sensitive = found[found["contrast"] > 0]
    columns = (DRUG, TARGET, TRUST, AUROC, RELEASE, Column("covers", "Groups more sensitive than the others"))
    suggested = tables.drugs[tables.drugs["suggested"]].assign(
        covers=lambda drugs: [
            ", ".join(sensitive.loc[sensitive["drug"] == name, "group"].astype(str)) for name in drugs["drug"]
        ]
    )
    rows = [[_cell(row, column) for column in columns] for row in suggested.to_dict("records")]
    return PageTable(columns, rows, "The fewest trusted drugs that cover the groups")


def tabulate_groups(tables: Tables, by: str) -> PageTable:
    """Return every group: general sensitivity, and the trusted drugs that set it apart."""
    own = tables.groups[(tables.groups["by"] == by) & (tables.groups["drug"] == GENERAL)]
    found = trusted_differences(tables, by)
    columns = (
        Column("group", "Group"),
        Column("cells", "Cells", ",d"),
        Column("score", "General sensitivity", "+.2f"),
        Column("sensitive", "More sensitive than the others to"),
        Column("resistant", "More resistant than the others to"),
    )
    rows = []
    for row in own.to_dict("records"):
        of_group = found[found["group"] == row["group"]]
        more, less = (
            of_group.loc[of_group["contrast"] * sign > 0, "drug"].astype(str).tolist() for sign in (1, -1)
        )
        rows.append(
            [
                *(
                    (format_value(row[column.name], column.form), sort_value(row[column.name]))
                    for column in columns[:3]
                ),
                *((name_first(names, NAMED) or "–", len(names)) for names in (more, less)),
            ]
        )
    return PageTable(
        columns,
        rows,
        f"Groups by {by}, and trusted drugs with FDR below {SIGNIFICANT}, lowest first",
        file="groups",
    )


def _cell(row: Mapping[Any, Any], column: Column) -> tuple[str, Any]:
    """Return the text of a drug's fact, with what belongs below it, and what it is sorted by."""
    value = row[column.name]
    text = format_value(value, column.form)
    if column.name == "grade":
        return text, RANKS.get(str(value), 0)
    if column.name == "expected_auroc":
        text += f"\n{row['low']:.2f} to {row['high']:.2f}"
    elif column.name == "drug" and row["synonyms"]:
        text += f"\n{row['synonyms']}"
    elif column.name == "agreement":
        agreement = format_value(value, ".2f")
        text = row["release"] + (f"\n{agreement} with {row['other_release']}" if row["other_release"] else "")
    return text, sort_value(value)
