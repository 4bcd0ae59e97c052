"""Losses by epoch."""

from typing import Any

import pandas as pd

from bulk2cell.report.svg import INK, Figure, Panel, new_axes, to_panel

STAGES = {"pretrain": "pretraining", "finetune": "fine-tuning"}
COLOURS = {"train": "#8a94a0", "validation": "#3b5b92"}


def draw_training(history: pd.DataFrame) -> Figure:
    """Draw every loss of both stages over seeds, and the epoch whose weights were kept.

    Parameters
    ----------
    history
        Columns seed, stage, epoch, kept, and train_<loss> and validation_<loss>.
    """
    panels = [
        _panel(rows, str(stage), loss)
        for stage, rows in history.groupby("stage", sort=False)
        for loss in _losses(rows)
    ]
    return Figure(
        panels,
        "Losses by epoch, one line per seed: grey on the training lines and cells, blue on held-out cell lines. Dots mark "
        "the epochs whose weights were kept: the lowest total validation loss. No label of a target cell takes part "
        "in choosing the epoch. If a loss rises on held-out lines while it falls in training, the model overfits its lines.",
    )


def _losses(rows: pd.DataFrame) -> list[str]:
    named = [
        str(column).removeprefix(f"{part}_")
        for column in rows
        for part in COLOURS
        if str(column).startswith(f"{part}_") and rows[column].notna().any()
    ]
    return list(dict.fromkeys(named))


def _panel(rows: pd.DataFrame, stage: str, loss: str) -> Panel:
    axes: Any = new_axes(2.5, 2.0)
    for part, colour in COLOURS.items():
        column = f"{part}_{loss}"
        if column not in rows:
            continue
        for index, (_, one) in enumerate(rows.groupby("seed")):
            axes.plot(
                one["epoch"], one[column], color=colour, linewidth=1, alpha=0.85, label="" if index else part
            )
            if part == "validation":
                kept = one[one["kept"].astype(bool)]
                axes.scatter(kept["epoch"], kept[column], s=18, color=INK, zorder=4)
    axes.set(xlabel="epoch")
    axes.set_ylim(bottom=min(0, axes.get_ylim()[0]))
    if loss == "total":
        axes.legend(loc="upper right", handlelength=1.2)
    name = STAGES.get(stage, stage)
    last = rows.sort_values("epoch").groupby("seed").last().mean(numeric_only=True)
    told = ", ".join(f"{part} {last[f'{part}_{loss}']:.3g}" for part in COLOURS if f"{part}_{loss}" in last)
    return to_panel(
        axes, f"{name}: {loss.replace('_', ' ')}", f"{loss} loss of {name} by epoch; at the end {told}"
    )
