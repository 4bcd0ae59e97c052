"""The overview of a run as a table for the terminal."""

from pathlib import Path

import pandas as pd

COLUMNS = {
    "pair": "pair",
    "drug": "drug",
    "sensitive": "sensitive",
    "resistant": "resistant",
    "auroc": "AUROC",
    "balanced_accuracy": "bal. accuracy",
    "mcc": "MCC",
    "logistic_auroc": "AUROC logistic",
    "depth_auroc": "AUROC depth",
}


def tabulate_results(report: Path) -> str:
    """Return one line per pair: cells of each class, the model's mean scores over seeds, the simple models' AUROC.

    Parameters
    ----------
    report
        Folder of the report.
    """
    file = report / "overview.parquet"
    if not file.is_file():
        return "screens alone finished" if (report / "drugs.parquet").is_file() else "no pair finished"
    table = pd.read_parquet(file)
    setting = [name for name in ("gene_sets", "strategy") if len(table[name].unique()) > 1]
    return (
        table[["pair", *setting, *list(COLUMNS)[1:]]]
        .rename(columns=COLUMNS)
        .to_string(index=False, float_format="%.2f", na_rep="-")
    )
