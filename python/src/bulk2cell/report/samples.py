"""Calls of a study's cells by sample."""

import pandas as pd

from bulk2cell.artefacts.study import read_cell_labels
from bulk2cell.calls import CALLS, SENSITIVE, UNCERTAIN
from bulk2cell.intervals import find_wilson_interval
from bulk2cell.report import readings
from bulk2cell.report.records import STUDY_CELLS, PairResults, SettingResults


def summarise_samples(pair: PairResults, setting: SettingResults) -> pd.DataFrame:
    """Return the mean numbers of calls over seeds, and the share of the called cells that are called sensitive.

    Returns
    -------
    pd.DataFrame
        sample, cells, sensitive, resistant, uncertain, share_sensitive, low, high, by sample's name; no rows where the
        samples are not known. The interval is Wilson's over cells: it says nothing of other cells of the patient.
    """
    study, seeds = pair.study_manifests.get(setting.gene_sets), setting.predictions.get(STUDY_CELLS)
    if study is None or seeds is None:
        return pd.DataFrame()
    samples = read_cell_labels(study).set_index("cell")["sample"]
    table = readings.calls(seeds)
    counts = pd.crosstab(table["cell"].map(samples), table["call"]).reindex(columns=CALLS, fill_value=0)
    counts = counts / len(seeds)
    if counts.empty:
        return pd.DataFrame()
    called = counts.sum(axis=1) - counts[UNCERTAIN]
    low, high = find_wilson_interval(counts[SENSITIVE], called)
    found = counts.assign(share_sensitive=counts[SENSITIVE] / called, low=low, high=high)
    found.insert(0, "cells", counts.sum(axis=1))
    return found.rename_axis("sample").rename_axis(columns=None).reset_index()
