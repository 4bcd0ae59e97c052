"""All drugs of a response table on the cells of a screen."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import anndata as ad
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from bulk2cell.cores import threads
from bulk2cell.errors import InputError
from bulk2cell.gdsc.known_drugs import known_drugs, name_key
from bulk2cell.gdsc.labels import response_labels
from bulk2cell.gdsc.lines import find_drug
from bulk2cell.gdsc.responses import tabulate_responses
from bulk2cell.parameters import StudyParameters
from bulk2cell.preprocess.reference import Reference
from bulk2cell.preprocess.source_lines import split_lines
from bulk2cell.progress import track
from bulk2cell.ridge.fit_drug import DrugFit, fit_drug
from bulk2cell.ridge.lines import Lines

DrugRelease = tuple[str, str]


@dataclass(frozen=True)
class FittedDrugs:
    """Models of all drugs.

    Attributes
    ----------
    fits
        By drug and release, every release of a drug; those with too few labelled lines are left out.
    left_out
        Names of drugs that have too few in every release.
    """

    fits: dict[DrugRelease, DrugFit]
    left_out: list[str]

    def chosen(self, release: str) -> list[DrugRelease]:
        """Return of each drug the one release that a study would take: the last by name for auto."""
        last = {key[0]: key for key in sorted(self.fits)}
        return [
            key
            for key in sorted(self.fits)
            if (last[key[0]] == key if release == "auto" else key[1] == release)
        ]

    def other(self, key: DrugRelease) -> DrugRelease | None:
        """Return the same drug in another release, the last by name, if there is one."""
        others = [found for found in sorted(self.fits) if found[0] == key[0] and found != key]
        return others[-1] if others else None


def fit_drugs(
    reference: Reference, expression: ad.AnnData, lines: Lines, parameters: StudyParameters, penalty: float
) -> FittedDrugs:
    """Learn every drug of the response table in every release, as a study and a model of it would.

    Parameters
    ----------
    expression
        The lines, without those of the target; `lines` are the same.
    parameters
        measure, labels and split of the lines.
    penalty
        Per gene.
    """
    responses = tabulate_responses(reference.response, parameters.measure, str(reference.paths["response"]))

    def fit(column: DrugRelease) -> DrugFit | None:
        values = responses[column].dropna()
        labels = response_labels(
            values, parameters.label_strategy, parameters.extreme_fraction, parameters.response_threshold
        ).reindex(expression.obs_names)
        labels = labels.astype(float)
        classes = (labels == 1).sum(), (labels == 0).sum()
        if sum(classes) < parameters.min_labelled_lines or min(classes) < 2:
            return None
        split = split_lines(labels, parameters.validation_fraction, parameters.split_seed)
        response = values.reindex(expression.obs_names).to_numpy(np.float64)
        return fit_drug(
            lines, response, np.asarray(labels, dtype=np.float64), (split == "train").to_numpy(), penalty
        )

    columns: list[DrugRelease] = [(str(column[0]), str(column[1])) for column in responses.columns]
    with threadpool_limits(1), ThreadPoolExecutor(threads()) as pool:
        found = list(track(pool.map(fit, columns), "learn drugs", len(columns)))
    fits = {column: one for column, one in zip(columns, found, strict=True) if one is not None}
    known = {drug for drug, _ in fits}
    return FittedDrugs(fits, sorted({drug for drug, _ in columns} - known, key=str.lower))


def find_drugs(
    reference: Reference, names: Sequence[str], fitted: FittedDrugs, release: str
) -> list[DrugRelease]:
    """Return the drugs of these names, or all, in the release that a study would take, by name.

    Raises
    ------
    InputError
        If a name is unknown, or its drug has too few lines.
    """
    source = str(reference.paths["response"])
    keys = {key[0]: key for key in fitted.chosen(release)}
    wanted = [find_drug(reference.response, name, source) for name in names] or list(keys)
    for name in wanted:
        if name not in keys:
            raise InputError(
                f"{source}: {name} has too few labelled lines with expression, or none in this release; take another drug"
            )
    if not wanted:
        raise InputError(
            f"{source}: no drug has enough labelled lines with expression; lower --min-labelled-lines"
        )
    return sorted({keys[name] for name in wanted}, key=lambda key: key[0].lower())


def stack(fits: Sequence[DrugFit], what: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return one attribute of several fits as an array."""
    return np.array([getattr(fit, what) for fit in fits])


def describe_drugs(chosen: Sequence[DrugRelease], lines: Sequence[int]) -> pd.DataFrame:
    """Return columns drug, release, synonyms, target, pathway and lines; empty text where a thing is not known."""
    known = (
        known_drugs()
        .assign(key=lambda rows: rows["drug"].map(name_key))
        .drop_duplicates("key")
        .set_index("key")
    )
    facts = known.reindex([name_key(drug) for drug, _ in chosen]).fillna("")
    return pd.DataFrame(
        {
            "drug": [drug for drug, _ in chosen],
            "release": [release for _, release in chosen],
            **{name: facts[name].to_numpy(object) for name in ("synonyms", "target", "pathway")},
            "lines": list(lines),
        }
    )
