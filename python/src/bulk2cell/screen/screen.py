"""Which drugs for which cells: all drugs of a response table on cells without labels."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.artefacts.manifest import Manifest, new_manifest
from bulk2cell.artefacts.screen import Screen
from bulk2cell.cells.cell_file import CellFile
from bulk2cell.errors import InputError
from bulk2cell.gdsc.lines import line_key
from bulk2cell.parameters import (
    CellInput,
    LossParameters,
    NetworkParameters,
    ScreenParameters,
    StudyParameters,
    TrainParameters,
)
from bulk2cell.preprocess.reference import Reference
from bulk2cell.preprocess.study_warnings import exclusion_warnings
from bulk2cell.printable import some
from bulk2cell.progress import say
from bulk2cell.ridge.lines import share_lines
from bulk2cell.screen.cells import ScreenCells, encode_cells
from bulk2cell.screen.compare import compare_groups
from bulk2cell.screen.drugs import FittedDrugs, find_drugs, fit_drugs, stack
from bulk2cell.screen.groups import group_cells
from bulk2cell.screen.rate import rate_drugs, summarise_drugs
from bulk2cell.trust.expect import USABLE
from bulk2cell.trust.signals import find_near_lines

CLUSTERS = "leiden"
MOST_GROUPS = 200  # a column of more values names cells, not groups


def screen(
    file: CellFile,
    digest: str,
    reference: Reference,
    parameters: ScreenParameters,
    cell_input: CellInput,
    study: StudyParameters,
    exclude_lines: Sequence[str] = (),
    drugs: Sequence[str] = (),
    seed: int = TrainParameters.seed,
) -> Screen:
    """Score all cells for all drugs and compare groups of cells.

    Parameters
    ----------
    file
        The cells, open.
    digest
        sha256 of the file.
    exclude_lines
        Lines that the cells come from, any spelling, taken out of what is learnt from.
    drugs
        Names of the drugs to report; none: all. General sensitivity is always that of all drugs.
    seed
        Of the lines' weights and of everything drawn.

    Raises
    ------
    InputError
        If the cells or a column of theirs cannot be used, or a drug is unknown.
    """
    labels = read_groups(file, parameters)
    excluded = {line_key(name): name for name in sorted({*exclude_lines, *(file.simulated or [])})}
    everything = reference.bulk.expression
    expression = everything[~everything.obs_names.isin(excluded)].copy()
    components = NetworkParameters.cell_components
    cells = encode_cells(file, reference, expression, cell_input.scale, study, components, labels)
    say(f"{file.path}: {cells.kept.sum()} of {len(cells.kept)} cells, {len(cells.genes)} genes")
    of_genes = expression[:, cells.genes].X
    lines = share_lines(of_genes, expression.obs_names, cells.components, seed)
    fitted = fit_drugs(reference, expression, lines, study, LossParameters.ridge_penalty)
    chosen = find_drugs(reference, drugs, fitted, study.release)
    if not parameters.group_column:
        from bulk2cell.screen.clusters import cluster_cells

        say("cluster the cells")
        labels = {CLUSTERS: cluster_cells(cells.codes, cells.kept), **labels}
    groupings = [group_cells(by, of_cells, cells.kept, cells.codes) for by, of_cells in labels.items()]
    for grouping in groupings:
        if not grouping.names:
            raise InputError(
                f"{file.path}: no cell with enough genes has a value in column {grouping.by!r}; give another column"
            )
    covariance = np.cov(cells.codes[cells.kept], rowvar=False, bias=True).reshape(2 * [cells.codes.shape[1]])
    of_groups = compare_groups(
        fitted, chosen, groupings, cells, lines, covariance, parameters.screen_permutations, seed
    )
    near = find_near_lines(cells.mean, np.asarray(of_genes))
    of_drugs = rate_drugs(fitted, chosen, covariance, near)
    of_drugs = pd.concat([of_drugs, summarise_drugs(of_drugs, of_groups, groupings[0].by)], axis=1)
    not_there = [name for key, name in excluded.items() if key not in everything.obs_names]
    notes = [
        *reference.bulk.notes,
        *file.notes,
        *cells.naming.notes,
        *([of_units] if (of_units := cells.units.describe(study.target_sum)) else []),
        *cells.warnings,
        *exclusion_warnings(exclude_lines, not_there),
        *left_out_warnings(fitted),
        *trust_warnings(of_drugs),
    ]
    settings = {
        **asdict(cell_input),
        **asdict(study),
        **asdict(parameters),
        "exclude_lines": list(exclude_lines),
        "drugs": list(drugs),
        "seed": seed,
        "cell_components": components,
        "ridge_penalty": LossParameters.ridge_penalty,
    }
    manifest = _manifest(
        file, digest, reference, cells, len(expression), [g.by for g in groupings], settings, notes
    )
    own = [fitted.fits[key] for key in chosen]
    return Screen(
        manifest=manifest,
        drugs=of_drugs,
        groups=of_groups,
        cell_groups=tabulate_cells(cells.names, labels, parameters.screen_sample_column),
        codes=cells.codes,
        loadings=stack(own, "loadings") / stack(own, "temperature")[:, None],
    )


def read_groups(file: CellFile, parameters: ScreenParameters) -> dict[str, "pd.Series[str]"]:
    """Return the groups and the samples of all cells, by the name of their column.

    Raises
    ------
    InputError
        If a column is not there, has no value or too many different ones.
    """
    wanted = [name for name in (parameters.group_column, parameters.screen_sample_column) if name]
    if wanted == [CLUSTERS] and not parameters.group_column:
        raise InputError(
            f"{file.path}: column {CLUSTERS!r} has the name of the clusters to be made; give it as groups"
        )
    obs = file.obs() if wanted else pd.DataFrame()
    found = {}
    for name in dict.fromkeys(wanted):
        if name not in obs:
            raise InputError(
                f"{file.path}: no column {name!r} in obs; there are {some(obs.columns) or 'none'}"
            )
        values = obs[name].astype(object).where(obs[name].notna(), pd.NA)
        labels = pd.Series([value if value is pd.NA else str(value) for value in values], dtype=object)
        if not 1 <= labels.nunique() <= MOST_GROUPS:
            raise InputError(
                f"{file.path}: column {name!r} has {labels.nunique()} different values; give one that groups cells, of "
                f"1 to {MOST_GROUPS} values"
            )
        found[name] = labels
    return found


def tabulate_cells(
    names: NDArray[Any], labels: Mapping[str, "pd.Series[str]"], sample_column: str
) -> pd.DataFrame:
    """Return the group, and the sample if samples are known, of every cell."""
    group, sample = next(iter(labels.values())), labels.get(sample_column)
    return pd.DataFrame(
        {
            "cell": names.astype(object),
            "group": group.to_numpy(object),
            "sample": None if sample is None else sample.to_numpy(object),
        }
    )


def left_out_warnings(fitted: FittedDrugs) -> list[str]:
    """Return which drugs have too few lines."""
    if not fitted.left_out:
        return []
    return [
        f"{len(fitted.left_out)} drugs have too few labelled lines and are left out: {some(fitted.left_out)}."
    ]


def trust_warnings(drugs: pd.DataFrame) -> list[str]:
    """Return a warning if no drug can be trusted on these cells."""
    if drugs["grade"].isin(USABLE).any():
        return []
    return ["No drug is graded strong or fair on these cells: the ranking is little better than chance."]


def _manifest(
    file: CellFile,
    digest: str,
    reference: Reference,
    cells: ScreenCells,
    lines: int,
    groupings: list[str],
    settings: dict[str, object],
    notes: list[str],
) -> Manifest:
    content = {
        "cells": {"all": len(cells.kept), "kept": int(cells.kept.sum())},
        "lines": lines,
        "genes": len(cells.genes),
        "groups": groupings,
        "scale": cells.units.scale,
        "reading": {
            "matrix": file.matrix,
            "gene_names": file.named_by or cells.naming.column,
            "log_base": cells.units.base,
            "total": cells.units.total,
        },
        "simulated": file.simulated is not None,
        "kept": cells.account,
        "warnings": notes,
    }
    return new_manifest("screen", settings, {**reference.digests, "cells": digest}, content)
