"""Plain words for what was run and how."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from bulk2cell.regimes import REGIMES
from bulk2cell.report.records import PairResults
from bulk2cell.report.tables import format_value


def write_lead(pairs: Sequence[PairResults], rows: pd.DataFrame, failures: int) -> str:
    """Return one or two sentences on what was run."""
    drugs = sorted({pair.drug for pair in pairs})
    settings = sum(len(pair.settings) for pair in pairs)
    text = (
        f"bulk2cell learnt the response to {_list_names(drugs)} from bulk cell lines and called single cells sensitive or "
        f"resistant, in {_count(len(pairs), 'dataset-drug pair')} and {_count(settings, 'model setting')}."
        if pairs
        else "No pair finished."
    )
    if len(rows):
        text += "".join(f" {REGIMES[regime].sentence}" for regime in sorted(rows["regime"].unique()))
    return text + (f" {_count(failures, 'pair')} failed." if failures else "")


def write_headline(row: Mapping[str, Any]) -> str:
    """Return a setting's result in a sentence, with what it must be compared with."""
    text = {name: format_value(value, ".2f") for name, value in row.items() if isinstance(value, float)}
    over = {"seeds": f"over {row['seeds']} seeds", "bootstrap": "by bootstrap of samples and cells, 1 seed"}
    interval = over.get(row["interval"])
    spread = f" (95 % interval {text['auroc_low']} to {text['auroc_high']} {interval})" if interval else ""
    return (
        f"AUROC {text['auroc']}{spread}, balanced accuracy {text['balanced_accuracy']}, MCC {text['mcc']}. For "
        f"comparison: sequencing depth alone (in its better direction) AUROC {text['depth_auroc']}, logistic "
        f"regression AUROC {text['logistic_auroc']}{_permuted(row)}. Accuracy is {text['accuracy']} and F1 "
        f"{text['f1']}; calling every cell sensitive gives {text['constant_accuracy']} and {text['constant_f1']}. Calls "
        f"count here by the threshold alone. {_called(row)}"
    )


def _called(row: Mapping[str, Any]) -> str:
    if not row["coverage"]:
        return "No cell is called: all are uncertain."
    return (
        f"{row['coverage']:.0%} of the cells are called, and {format_value(row['accuracy_called'], '.0%')} of these calls "
        "are right; the others are uncertain."
    )


def _permuted(row: Mapping[str, Any]) -> str:
    if not row["permutations"]:
        return ""
    models = _count(row["permutations"], "model")
    return f"; against {models} that learnt permuted labels, p = {row['permutation_p']:.2f}"


def _list_names(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
