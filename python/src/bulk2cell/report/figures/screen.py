"""A screen in pictures, drawn as `bulk2cell.pl` draws it."""

from collections.abc import Sequence

from bulk2cell.pl.drug import draw_drug
from bulk2cell.pl.given import Tables
from bulk2cell.pl.screen import arrange, choose_drugs, draw_screen
from bulk2cell.pl.trust import draw_trust
from bulk2cell.report.svg import Figure, to_panel
from bulk2cell.trust.expect import GRADES, USABLE

MOST_PANELS = 6


def draw_heat_map(tables: Tables, by: str) -> Figure | None:
    """Draw groups and trusted drugs; None where there is nothing to compare."""
    chosen = choose_drugs(tables, by)
    if not chosen or tables.groups.loc[tables.groups["by"] == by, "group"].nunique() < 2:
        return None
    axes = draw_screen(tables, by, chosen)
    specific, _, _ = arrange(tables, by, chosen)
    told = "; ".join(f"{group}: {specific[group].idxmax()}" for group in specific.columns[:MOST_PANELS])
    trusted = int(tables.drugs["grade"].isin(USABLE).sum())
    which = (
        "all trusted drugs"
        if trusted <= len(chosen)
        else (f"the {len(chosen)} of {trusted} trusted drugs whose groups differ most clearly")
    )
    panel = to_panel(
        axes, "What is specific to a drug", f"Heat map of drug-specific scores; highest in each group: {told}"
    )
    return Figure(
        [panel],
        f"Drug-specific scores of {which}: teal groups are predicted more sensitive than the average cell of this file, "
        "orange ones more resistant, beyond what all drugs have in common. That common part is the row above, on a "
        "scale of its own. Dots: the group differs from the others (FDR below 0.05, raw scores). Drugs and groups that "
        "are alike stand side by side.",
    )


def draw_expected(tables: Tables) -> Figure:
    """Draw how far all drugs can be trusted."""
    counts = tables.drugs["grade"].value_counts()
    told = ", ".join(f"{counts.get(grade, 0)} {grade}" for grade in GRADES)
    return Figure(
        [
            to_panel(
                draw_trust(tables.drugs),
                "Trust in every drug",
                f"Expected AUROC of all drugs by grade: {told}",
            )
        ],
        "Expected AUROC of every drug on these cells, found without any label of them. In four of five cases of such "
        "signals the true AUROC lay in the band. 1 is a perfect ranking of the cells, 0.5 (dashed) chance.",
    )


def draw_suggested(tables: Tables, by: str, names: Sequence[str]) -> Figure:
    """Draw the drugs of the smallest set, the first of them where there are many."""
    panels = []
    for name in names[:MOST_PANELS]:
        rows = tables.groups[(tables.groups["by"] == by) & (tables.groups["drug"] == name)]
        told = "; ".join(
            f"{row.group} {row.share_sensitive:.0%}"
            for row in rows.sort_values("score", ascending=False).head(MOST_PANELS).itertuples()
        )
        panels.append(
            to_panel(
                draw_drug(tables, name, by), f"{name} by group", f"Share of sensitive cells by group: {told}"
            )
        )
    return Figure(
        panels,
        "Share of each group's cells with a probability of 0.5 or more, and its 95 % interval over cells and bootstraps "
        "of the cell lines; to the right the mean log odds. The average cell of this file is at 0.5, so that shares "
        "compare groups; they are no response rates.",
    )
