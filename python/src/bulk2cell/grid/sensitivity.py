"""AUROC against each parameter of the grid."""

import pandas as pd

from bulk2cell.grid.grid import DEFAULT
from bulk2cell.grid.summary import average_over_pairs, average_per_pair
from bulk2cell.methods import MODEL
from bulk2cell.report.svg import MUTED, SAMPLES, SENSITIVE, Figure, Panel, new_axes, to_panel


def tabulate_sensitivity(scores: pd.DataFrame, regime: str) -> pd.DataFrame:
    """Return AUROC over pairs for each value of each varied parameter, the default's among them.

    Parameters
    ----------
    scores
        Of all settings; the default's rows have no `parameter_value`, and are used for every parameter.

    Returns
    -------
    pd.DataFrame
        parameter, setting, parameter_value, strategy, metric, mean, low, high, n (pairs).
    """
    rows = scores[(scores["method"] == MODEL) & (scores["metric"] == "auroc") & (scores["regime"] == regime)]
    by = ["setting", "parameter", "parameter_value", "strategy"]
    table = average_over_pairs(average_per_pair(rows, by), by)
    default = table[table["setting"] == DEFAULT]
    varied = table[table["setting"] != DEFAULT]
    tables = [
        pd.concat([found, default.assign(parameter=parameter)])
        for parameter, found in varied.groupby("parameter", sort=False)
    ]
    return pd.concat(tables, ignore_index=True) if tables else varied


def draw_sensitivity(table: pd.DataFrame, defaults: dict[str, str]) -> Figure:
    """Draw one panel per parameter.

    Parameters
    ----------
    table
        See `tabulate_sensitivity`.
    defaults
        Default value by parameter, as text.
    """
    panels = [
        _panel(str(parameter), rows, defaults[str(parameter)])
        for parameter, rows in table.groupby("parameter", sort=False)
    ]
    return Figure(
        panels,
        "AUROC, mean over pairs, against one parameter at a time, the others at their defaults (filled: the default value). "
        "Bars: 95 % t-interval over pairs. A parameter chosen by these labelled cells would be an oracle's, not a result.",
    )


def _panel(parameter: str, rows: pd.DataFrame, default: str) -> Panel:
    rows = rows.assign(value=rows["parameter_value"].where(rows["setting"] != DEFAULT, default))
    values = sorted(rows["value"].unique(), key=_sort)
    axes = new_axes(3.4, 2.6)
    axes.axhline(0.5, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    strategies = list(rows["strategy"].unique())
    for number, strategy in enumerate(strategies):
        colour = SENSITIVE if len(strategies) == 1 else SAMPLES[number % len(SAMPLES)]
        found = rows[rows["strategy"] == strategy].set_index("value").reindex(values)
        at = [place + 0.08 * (number - (len(strategies) - 1) / 2) for place in range(len(values))]
        axes.vlines(at, found["low"], found["high"], color=colour, linewidth=4, alpha=0.3)
        axes.plot(
            at,
            found["mean"],
            color=colour,
            marker="o",
            markerfacecolor="white",
            linewidth=1.2,
            label=strategy,
        )
        place = values.index(default)
        axes.plot(at[place], found["mean"].iloc[place], color=colour, marker="o")
    axes.set_xticks(range(len(values)), values)
    axes.set(ylim=(0, 1.02), ylabel="AUROC")
    if len(strategies) > 1:
        axes.figure.legend(loc="outside lower center", ncols=2)
    told = "; ".join(f"{row.strategy} {row.value}: {row.mean:.2f}" for row in rows.itertuples())
    return to_panel(axes, parameter.replace("_", " "), f"AUROC against {parameter}: {told}")


def _sort(value: str) -> tuple[bool, float, str]:
    """Sort numbers by size, then texts alphabetically."""
    try:
        return False, float(value), ""
    except ValueError:
        return True, 0.0, value
