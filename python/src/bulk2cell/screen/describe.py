"""A screen in a few lines, for the terminal."""

from collections.abc import Callable

import pandas as pd

from bulk2cell.artefacts.screen import ScreenTables
from bulk2cell.progress import say, say_table
from bulk2cell.screen.rate import SIGNIFICANT
from bulk2cell.trust.expect import GRADES

SHOWN = 10


def tell_screen(screen: ScreenTables, reword: Callable[[str], str] = str) -> None:
    """Say what was read, how far the drugs can be trusted, which set groups apart, and every warning.

    Parameters
    ----------
    reword
        Turns a warning into the words of whoever is told.
    """
    content, drugs = screen.manifest.content, screen.drugs
    counts = drugs["grade"].value_counts()
    by = content["groups"][0]
    groups = screen.groups.query("by == @by")["group"].nunique()
    say(
        f"{content['cells']['kept']} cells in {groups} groups ({by}), {len(drugs)} drugs, {content['lines']} lines"
    )
    say("trust: " + ", ".join(f"{counts.get(grade, 0)} {grade}" for grade in GRADES))
    _tell_drugs(drugs, groups)
    suggested = drugs[drugs["suggested"]]
    if len(suggested):
        named = ", ".join(f"{row.drug} ({row.sensitive_groups})" for row in suggested.itertuples())
        say(f"fewest trusted drugs that cover the groups (for the bench, not the clinic): {named}")
    for text in content["warnings"]:
        say(f"warning: {reword(text)}")


def _tell_drugs(drugs: pd.DataFrame, groups: int) -> None:
    """Show the trusted drugs to which one group is more sensitive than the others, the most trusted first."""
    found = drugs[drugs["selective"] & (drugs["best_fdr"] < SIGNIFICANT)]
    if groups == 1:
        say("one group alone: there is nothing to compare")
    elif found.empty:
        say("no trusted drug finds a group more sensitive than the others")
    else:
        say(f"{len(found)} trusted drugs find a group more sensitive than the others; the most trusted:")
        best = found.sort_values("expected_auroc", ascending=False, kind="stable").head(SHOWN)
        rows = [
            [
                str(row.drug),
                str(row.grade),
                f"{row.expected_auroc:.2f}",
                str(row.best_group),
                f"{row.best_contrast:.2f}",
                f"{row.best_fdr:.1g}",
            ]
            for row in best.itertuples()
        ]
        say_table([["drug", "trust", "AUROC", "group", "contrast", "FDR"], *rows])
