"""The metrics to read: means over pairs with intervals, and AUROC without each sample."""

import pandas as pd

from bulk2cell.grid.summary import average_over_pairs, average_per_pair
from bulk2cell.metrics import LEAVE_ONE_OUT, METRICS
from bulk2cell.regimes import REGIMES, Regime
from bulk2cell.report.tables import Column, PageTable, format_value, make_page_table, sort_value

HEADLINE = {name: metric.heading for name, metric in METRICS.items() if metric.headline}
FEW_PAIRS = 5  # as in the article; no signed-rank test over so few pairs reaches p = 0.05


def average_headline(rows: pd.DataFrame) -> pd.DataFrame:
    """Return mean and interval over pairs of every method's headline metrics.

    Parameters
    ----------
    rows
        Scores of the default setting in one regime, with a column name.

    Returns
    -------
    pd.DataFrame
        name, metric, mean, low, high, n (pairs); the method with the highest AUROC first.
    """
    chosen = rows[rows["metric"].isin(HEADLINE)]
    table = average_over_pairs(average_per_pair(chosen, ["name"]), ["name"])
    best = table[table["metric"] == "auroc"].set_index("name")["mean"]
    order = best.reindex(table["name"].unique()).sort_values(ascending=False, kind="stable").index
    return table.sort_values("name", key=lambda names: names.map(order.get_loc), kind="stable")


def tabulate_headline(table: pd.DataFrame, regime: Regime) -> PageTable:
    """Return a row per method, intervals below the means.

    Parameters
    ----------
    table
        See `average_headline`.
    """
    shown = []
    for name, of_method in table.groupby("name", sort=False):
        found = of_method.set_index("metric")
        cells = [(str(name), name), (str(found["n"].max()), found["n"].max())]
        for metric in HEADLINE:
            if metric not in found.index:
                cells.append(("–", ""))
                continue
            mean, low, high = found[["mean", "low", "high"]].to_dict("index")[metric].values()
            beneath = "" if pd.isna(low) else f"\n{format_value(low, '.2f')} to {format_value(high, '.2f')}"
            cells.append((format_value(mean, ".2f") + beneath, sort_value(mean)))
        shown.append(cells)
    columns = [
        Column("name", "Method"),
        Column("n", "Pairs", "d"),
        *(Column(name, heading, ".2f") for name, heading in HEADLINE.items()),
    ]
    caption = (
        f"Headline metrics, {REGIMES[regime].words}: mean over pairs, below it the 95 % t-interval over pairs. "
        "Either way: depth matters in the better of its two directions."
    )
    return PageTable(columns, shown, caption, file="over_pairs")


def warn_of_few_pairs(pairs: int) -> str:
    """Say what can be concluded from this number of pairs."""
    if pairs == 1:
        return "One pair: there is no interval over pairs, so that nothing is known about other pairs."
    few = (
        "; even five is few: intervals are wide, and small differences mean nothing"
        if pairs <= FEW_PAIRS
        else ""
    )
    return f"The tasks are {pairs} pairs{few}. Seeds and gene sets of one pair are averaged, since they are not independent."


def leave_one_out_table(rows: pd.DataFrame) -> PageTable | None:
    """Return the AUROC without each sample in turn, where pairs have enough samples."""
    chosen = rows[rows["metric"].str.startswith(LEAVE_ONE_OUT)]
    if chosen.empty:
        return None
    table = chosen.pivot_table(
        index=["pair", "name", "gene_sets"], columns="metric", values="value", sort=False
    )
    columns = [Column("pair", "Pair"), Column("name", "Method"), Column("gene_sets", "Gene sets")]
    columns += [
        Column(f"{LEAVE_ONE_OUT}_{what}", heading, ".2f")
        for what, heading in (("min", "Lowest"), ("median", "Median"), ("max", "Highest"))
    ]
    return make_page_table(
        table.reset_index(),
        columns,
        "Leave one sample out: AUROC of the mean over seeds, computed again without each line, patient or library in turn. "
        "A wide range means that the result depends on one of them.",
    )
