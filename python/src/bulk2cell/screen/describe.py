"""A screen in a few lines, for the terminal."""

from collections.abc import Iterator

import pandas as pd

from bulk2cell.artefacts.screen import ScreenTables
from bulk2cell.trust.expect import GRADES

SHOWN = 10


def describe_screen(screen: ScreenTables) -> Iterator[str]:
    """Yield what was read, how far the drugs can be trusted, which set groups apart, and every warning."""
    content, drugs = screen.manifest.content, screen.drugs
    counts = drugs["grade"].value_counts()
    by = content["groups"][0]
    groups = screen.groups.query("by == @by")["group"].nunique()
    yield f"{content['cells']['kept']} cells in {groups} groups ({by}), {len(drugs)} drugs, {content['lines']} lines"
    yield "trust: " + ", ".join(f"{counts.get(grade, 0)} {grade}" for grade in GRADES)
    yield from _table(drugs, groups)
    suggested = drugs[drugs["suggested"]]
    if len(suggested):
        yield "fewest trusted drugs that cover the groups (for the bench, not the clinic): " + ", ".join(
            f"{row.drug} ({row.best_group})" for row in suggested.itertuples()
        )
    yield from (f"warning: {text}" for text in content["warnings"])


def _table(drugs: pd.DataFrame, groups: int) -> Iterator[str]:
    """Yield the drugs that set groups apart, those to be trusted most first."""
    best = drugs[drugs["selective"]].sort_values("expected_auroc", ascending=False, kind="stable").head(SHOWN)
    if best.empty:
        yield (
            "no trusted drug tells the groups apart"
            if groups > 1
            else "one group alone: there is nothing to compare"
        )
        return
    yield f"{'drug':24} {'trust':10} {'AUROC':>5}  {'group':16} {'contrast':>8} {'FDR':>8}"
    for row in best.itertuples():
        yield (
            f"{str(row.drug)[:24]:24} {row.grade:10} {row.expected_auroc:5.2f}  {str(row.best_group)[:16]:16} "
            f"{row.best_contrast:8.2f} {row.best_fdr:8.1g}"
        )
