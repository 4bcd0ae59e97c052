"""Single cells with a planted truth, drawn from real GDSC profiles or from nothing but a seed."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.artefacts.files import put_files
from bulk2cell.artefacts.h5ad import write_h5ad
from bulk2cell.artefacts.spreadsheet import write_csv
from bulk2cell.artefacts.workplace import workplace
from bulk2cell.cells.cell_file import SIMULATED
from bulk2cell.errors import InputError
from bulk2cell.gdsc.expression import read_expression
from bulk2cell.gdsc.labels import response_labels
from bulk2cell.gdsc.lines import read_response_table, take_response
from bulk2cell.parameters import Measure, Release, SimulateParameters, StudyParameters
from bulk2cell.progress import say

PROGRAMMES = 5

SHEET_CONSTANTS = {"label_column": "label", "sample_column": "cell_line", "tag": "simulated"}


def simulate(
    bulk: Path,
    response: Path,
    drug: str,
    parameters: SimulateParameters,
    out: Path,
    release: Release = "auto",
    measure: Measure = "AUC",
) -> Path:
    """Write single cells drawn from real lines whose own response labels them.

    The lines are drawn at random from those that `preprocess` labels by default. They are named in
    `obs["cell_line"]` and `uns["bulk2cell_simulated"]`; `preprocess` removes them from the source.

    Parameters
    ----------
    bulk
        Expression table, lines x genes, log2.
    response
        Response table.
    drug
        Drug name.
    parameters
        Cells per class, lines per class, and the noise.
    out
        The h5ad to write: raw counts in X, obs label and cell_line.

    Raises
    ------
    InputError
        If a class has fewer lines with expression than asked for, or there is a file of other content at `out`.
    """
    rng = np.random.default_rng(parameters.simulation_seed)
    table = read_response_table(response)
    read = read_expression(bulk, table)
    expression = read.table
    for note in read.notes:
        say(note)
    values, _ = take_response(table, drug, release, measure, str(response))
    values = values[values.index.isin(expression.index)]
    labels = response_labels(values, "extreme", StudyParameters.extreme_fraction, threshold=0.0)
    lines = {}
    for label, name in ((1.0, "sensitive"), (0.0, "resistant")):
        candidates = labels.index[labels == label].to_numpy()
        if len(candidates) < parameters.lines_per_class:
            raise InputError(
                f"{response}: {len(candidates)} {name} lines with expression for {drug}, "
                f"{parameters.lines_per_class} asked for; lower --lines-per-class"
            )
        lines[name] = rng.choice(candidates, parameters.lines_per_class, replace=False)
    cells = draw_cells(expression * np.log(2), lines, parameters, rng)
    cells.uns[SIMULATED]["drug"] = drug
    with workplace(out) as own:
        write_cells(cells, own / out.name)
        put_files(own, out.parent, [out.name], {})
    return out


def draw_cells(
    profiles: pd.DataFrame,
    lines: dict[str, NDArray[Any]],
    parameters: SimulateParameters,
    rng: np.random.Generator,
) -> ad.AnnData:
    """Draw cells of the given lines as counts.

    A cell's rates are its line's profile times a gene-wise platform effect shared by all cells and a few
    random expression programmes of its own; its total is log-normal; counts are negative binomial, thinned.

    Parameters
    ----------
    profiles
        Lines x genes, natural log of expression.
    lines
        Names of the lines of the classes "sensitive" and "resistant".

    Returns
    -------
    ad.AnnData
        Cells x genes, raw counts (csr); obs: label, cell_line.
    """
    sizes = {"sensitive": parameters.sensitive_cells, "resistant": parameters.resistant_cells}
    origin = np.concatenate([rng.choice(lines[name], sizes[name]) for name in sizes])
    label = np.repeat(list(sizes), list(sizes.values()))
    order = rng.permutation(len(origin))
    origin, label = origin[order], label[order]

    genes = profiles.shape[1]
    platform = rng.normal(0, parameters.platform_spread, genes)
    loadings = rng.normal(0, parameters.within_line_spread / np.sqrt(PROGRAMMES), (PROGRAMMES, genes))
    blocks = []
    for start in range(0, len(origin), 1000):
        block = origin[start : start + 1000]
        log_rate = (
            profiles.loc[block].to_numpy() + platform + rng.normal(size=(len(block), PROGRAMMES)) @ loadings
        )
        rate = np.exp(log_rate - log_rate.max(axis=1, keepdims=True))
        depth = parameters.depth * np.exp(rng.normal(0, parameters.depth_spread, (len(block), 1)))
        mean = rate / rate.sum(axis=1, keepdims=True) * depth
        if parameters.dispersion > 0:
            mean = mean * rng.gamma(1 / parameters.dispersion, parameters.dispersion, mean.shape)
        counts = rng.poisson(mean * (1 - parameters.dropout_rate))
        blocks.append(sp.csr_matrix(counts.astype(np.float32)))
    obs = pd.DataFrame(
        {"label": label, "cell_line": origin}, index=[f"cell{i:06d}" for i in range(len(origin))]
    )
    cells = ad.AnnData(
        sp.vstack(blocks, format="csr"), obs=obs, var=pd.DataFrame(index=profiles.columns.astype(str))
    )
    cells.uns[SIMULATED] = {
        "lines": sorted({str(name) for group in lines.values() for name in group}),
        **asdict(parameters),
    }
    return cells


def write_cells(cells: ad.AnnData, path: Path) -> None:
    """Write cells as `simulate` does: the same cells, the same bytes."""
    write_h5ad(cells, path, compression="gzip")


def write_simulated_sheet(out: Path, pairs: Iterable[tuple[str, str, str]]) -> None:
    """Write a sample sheet of simulated cells.

    Parameters
    ----------
    out
        The csv to write.
    pairs
        Name, drug and cells of every pair, the cells relative to the sheet.
    """
    columns = ["pair", "drug", "cells"]
    write_csv(pd.DataFrame(pairs, columns=columns).assign(**SHEET_CONSTANTS), out)
