"""The bulk lines that a study learns from, with response, label and split."""

from collections.abc import Sequence
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from bulk2cell.errors import InputError
from bulk2cell.gdsc.labels import response_labels
from bulk2cell.gdsc.lines import find_drug, line_key, take_response
from bulk2cell.parameters import StudyParameters
from bulk2cell.printable import some


def label_lines(
    expression: ad.AnnData,
    response: pd.DataFrame,
    drug: str,
    exclude_lines: Sequence[str],
    parameters: StudyParameters,
    source: str,
) -> tuple[ad.AnnData, dict[str, Any]]:
    """Label the lines by their response, take out those of the target, and split the rest.

    The labels are cut on all lines that have a response to the drug, before any is taken out.

    Parameters
    ----------
    expression
        Lines x genes, index = line key.
    response
        Response table, see `read_response_table`.
    exclude_lines
        Names of lines to take out, any spelling.
    source
        Where the response table is from, for the message.

    Returns
    -------
    ad.AnnData
        Lines x genes; obs: response, label, split.
    dict
        drug, release, lines, label_cuts and excluded_lines of the study's manifest.

    Raises
    ------
    InputError
        If the drug is unknown, or too few labelled lines or one class alone are left.
    """
    values, release = take_response(response, drug, parameters.release, parameters.measure, source)
    labels = response_labels(
        values, parameters.label_strategy, parameters.extreme_fraction, parameters.response_threshold
    )
    if not expression.obs_names.isin(values.index).any():
        raise InputError(
            f"{source}: {drug}: none of its lines ({some(values.index)}) is a bulk line ({some(expression.obs_names)}); "
            "give expression of the lines that were treated"
        )
    excluded = {line_key(name): name for name in sorted(exclude_lines)}
    removed = expression.obs_names.isin(excluded)
    bulk = expression[~removed].copy()
    bulk.obs["response"] = values.reindex(bulk.obs_names).to_numpy(float)
    bulk.obs["label"] = labels.reindex(bulk.obs_names).to_numpy(float)
    sensitive, resistant = int((bulk.obs["label"] == 1).sum()), int((bulk.obs["label"] == 0).sum())
    if sensitive + resistant < parameters.min_labelled_lines or min(sensitive, resistant) < 2:
        raise InputError(
            f"{source}: {drug}: {sensitive} sensitive and {resistant} resistant lines with expression, at least "
            f"{parameters.min_labelled_lines} in all and 2 of each are needed; take another drug or release, or lower "
            "--min-labelled-lines"
        )
    bulk.obs["split"] = split_lines(bulk.obs["label"], parameters.validation_fraction, parameters.split_seed)
    return (
        bulk,
        {
            "drug": find_drug(response, drug, source),
            "release": release,
            "lines": {
                "expression": bulk.n_obs,
                "response": int(bulk.obs["response"].notna().sum()),
                "labelled": {"sensitive": sensitive, "resistant": resistant},
                "train": int((bulk.obs["split"] == "train").sum()),
                "validation": int((bulk.obs["split"] == "validation").sum()),
            },
            "label_cuts": {
                "sensitive_at_most": _finite(values[labels == 1].max()),
                "resistant_at_least": _finite(values[labels == 0].min()),
            },
            "excluded_lines": {
                "removed": [excluded[key] for key in expression.obs_names[removed]],
                "not_in_source": [name for key, name in excluded.items() if key not in expression.obs_names],
            },
        },
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def split_lines(labels: "pd.Series[Any]", validation_fraction: float, seed: int) -> "pd.Series[str]":
    """Hold out the same fraction of the sensitive, the resistant and the unlabelled lines.

    Parameters
    ----------
    labels
        1, 0 or NaN by line. A class of a single line goes to train.
    validation_fraction
        Fraction of each class held out, rounded up.
    seed
        Seed of the choice.

    Returns
    -------
    pd.Series
        train or validation, by line, in the order of `labels`.
    """
    split = pd.Series("train", index=labels.index, name="split", dtype=object)
    for _, group in labels.sort_index().groupby(labels, dropna=False):
        if len(group) > 1:
            _, held_out = train_test_split(group.index, test_size=validation_fraction, random_state=seed)
            split[held_out] = "validation"
    return split
