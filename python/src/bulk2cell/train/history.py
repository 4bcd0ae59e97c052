"""The losses of every epoch as a table."""

import pandas as pd

from bulk2cell.train.checkpoint import Progress


def tabulate_history(stage: str, progress: Progress) -> pd.DataFrame:
    """Return one row per epoch: stage, epoch, train_<loss>, validation_<loss>, and whether this epoch was kept."""
    table = pd.DataFrame(progress.history, columns=None if progress.history else ["epoch"])
    table.insert(0, "stage", stage)
    table["kept"] = table["epoch"] == progress.best_epoch
    return table
