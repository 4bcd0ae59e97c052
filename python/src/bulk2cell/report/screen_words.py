"""A screen in plain words: what can be trusted, what sets groups apart, what not to believe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bulk2cell.artefacts.screen import GENERAL, ScreenTables
from bulk2cell.pl.given import Tables
from bulk2cell.screen.rate import AT_ODDS, SIGNIFICANT
from bulk2cell.trust.expect import GRADES, USABLE

NAMED = 3  # drugs of a group in a sentence
MOST_GROUPS = 6  # in a sentence


@dataclass(frozen=True)
class Verdict:
    """One sentence, and what to know before believing it, the weightiest first."""

    headline: str
    points: Sequence[str]


def write_screens_lead(screens: Sequence[ScreenTables]) -> str:
    """Return what was screened, in a sentence for each screen."""
    sentences = []
    for screen in screens:
        content = screen.manifest.content
        groups = count_groups(Tables(screen.drugs, screen.groups), content["groups"][0])
        sentences.append(
            f"bulk2cell learnt the response of {content['lines']:,} cell lines to {len(screen.drugs):,} drugs and "
            f"compared {groups} {'group' if groups == 1 else 'groups'} of {content['cells']['kept']:,} cells, without "
            "any label of them."
        )
    return " ".join(sentences)


def write_verdict(tables: Tables, by: str) -> Verdict:
    """Return what a screen says of the groups of its first column."""
    drugs = tables.drugs
    counts = count_grades(drugs)
    usable, selective = sum(counts[grade] for grade in USABLE), int(drugs["selective"].sum())
    groups = count_groups(tables, by)
    told = " and ".join(f"{counts[grade]} {grade}" for grade in USABLE)
    trusted = f"Of {len(drugs):,} drugs, {usable:,} can be trusted enough for a test ({told})"
    if usable == 0:
        headline = "No drug can be trusted on these cells: the ranking is little better than chance. Do not choose by it."
    elif groups == 1:
        headline = f"{trusted}. All cells are one group, so that there is nothing to compare."
    elif selective == 0:
        headline = f"{trusted}, but none of these tells the groups apart."
    else:
        headline = f"{trusted}; {selective:,} of these tell the groups apart."
    points = [
        _apart(tables, by) if selective else "",
        _not_to_believe(tables, by, counts),
        _disagreement(drugs),
        "The cells have no labels, so that trust is an expectation, not a measurement: even a strong drug may rank them the "
        "wrong way round. The intervals say how far.",
        "A low FDR says that the model's scores differ between groups by more than chance, not that the cells respond."
        if groups > 1
        else "",
        "Scores compare the cells of this file with each other: its average cell is at a probability of 0.5 for every drug. "
        "A share of sensitive cells is no response rate, and shares of two drugs say nothing about which is stronger.",
    ]
    return Verdict(headline, [point for point in points if point])


def count_grades(drugs: pd.DataFrame) -> dict[str, int]:
    """Return the number of drugs by grade, best first."""
    return {grade: int((drugs["grade"] == grade).sum()) for grade in GRADES}


def count_groups(tables: Tables, by: str) -> int:
    """Return the number of groups by a column."""
    return int(tables.groups.loc[tables.groups["by"] == by, "group"].nunique())


def trusted_differences(tables: Tables, by: str) -> pd.DataFrame:
    """Return the rows of groups and trusted drugs that differ from the other groups, by FDR."""
    trusted = tables.drugs.loc[tables.drugs["grade"].isin(USABLE), "drug"]
    rows = tables.groups
    differ = (rows["by"] == by) & (rows["fdr"] < SIGNIFICANT) & (rows["drug"] != GENERAL)
    return rows[differ & rows["drug"].isin(trusted)].sort_values(["fdr", "drug"], kind="stable")


def name_first(names: Sequence[str], most: int = NAMED) -> str:
    """Return the first names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def _apart(tables: Tables, by: str) -> str:
    found = trusted_differences(tables, by)
    sensitive = found[found["contrast"] > 0]
    by_group: Mapping[str, list[str]] = {
        str(group): [str(name) for name in rows["drug"]]
        for group, rows in sensitive.groupby("group", observed=True)
    }
    if not by_group:
        return "No group is more sensitive than the others to a trusted drug; some are more resistant, see the groups below."
    parts = [
        # Clusters are often numbers, which are no names.
        f"{'group ' if group.isdigit() else ''}{group} to {name_first(drugs)}"
        for group, drugs in list(by_group.items())[:MOST_GROUPS]
    ]
    rest = len(by_group) - MOST_GROUPS
    without = count_groups(tables, by) - len(by_group)
    return (
        f"More sensitive than the other groups: {'; '.join(parts)}{f'; and {rest} more groups' if rest > 0 else ''}."
        + (
            f" {without} of the groups {'is' if without == 1 else 'are'} so to no trusted drug."
            if without
            else ""
        )
    )


def _not_to_believe(tables: Tables, by: str, counts: Mapping[str, int]) -> str:
    others = tables.drugs.loc[~tables.drugs["grade"].isin(USABLE), "drug"]
    if others.empty:
        return ""
    rows = tables.groups[(tables.groups["by"] == by) & tables.groups["drug"].isin(others)]
    striking = rows.loc[rows["fdr"] < SIGNIFICANT, "drug"].nunique()
    told = " and ".join(f"{number:,} {grade}" for grade, number in counts.items() if grade not in USABLE)
    return f"Not to be believed: the other {len(others):,} drugs ({told})" + (
        f", not even the {striking:,} of them whose FDR is below {SIGNIFICANT}." if striking else "."
    )


def _disagreement(drugs: pd.DataFrame) -> str:
    twice = drugs[drugs["grade"].isin(USABLE) & drugs["agreement"].notna()]
    unlike = twice.loc[twice["agreement"] < AT_ODDS, "drug"].astype(str).tolist()
    if not unlike:
        return ""
    return (
        f"{len(unlike):,} of the {len(twice):,} trusted drugs that GDSC tested in two releases get unlike answers from "
        f"the two (correlation over the cells below {AT_ODDS}): {name_first(unlike)}."
    )
