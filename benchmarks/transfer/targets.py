"""Simulated targets: cells drawn from GDSC lines that are then held out, labelled by their own lines' response.

Used by choice.py and its neighbours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.cells.normalise import log_normalised, totals
from bulk2cell.cells.standardise import gene_statistics, standardise
from bulk2cell.gdsc.labels import response_labels
from bulk2cell.gdsc.lines import read_response
from bulk2cell.parameters import SimulateParameters, StudyParameters
from bulk2cell.preprocess.bulk import load_bulk
from bulk2cell.preprocess.highly_variable import linear_statistics, variable_genes
from bulk2cell.simulate.simulate import draw_cells

LINES, DEPTHS, SPREADS = (5, 12), (2_500, 8_000, 25_000), (0.3, 0.6)
CELLS_PER_LINE = 40
GENES = 4_000
# The exploration that led to the candidates scored the drugs 0, 9, 18, ... and drew from other seeds.
SCORED = slice(4, None, 9)

Matrix = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Screen:
    """All that is known of the lines.

    Attributes
    ----------
    expression
        Lines x genes, natural log.
    response, labels
        Lines x drugs, the same lines: AUC, and 1 / 0 (lowest and highest 30 % of all lines screened); NaN elsewhere.
    """

    expression: pd.DataFrame
    response: pd.DataFrame
    labels: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Target:
    """One set of simulated cells, and the lines that are left to learn from.

    Attributes
    ----------
    configuration
        Lines, median counts and within-line spread of the simulation.
    genes
        Names of the G genes.
    bulk, cells
        Lines and cells x G, z-scores, each by its own statistics.
    response, labels
        Lines x all drugs, NaN where not known.
    scored
        Columns of the drugs for which the cells hold both classes.
    cell_labels
        Cells x scored drugs: 1, 0 or NaN.
    """

    configuration: str
    genes: "pd.Index[str]"
    bulk: Matrix
    cells: Matrix
    response: pd.DataFrame
    labels: pd.DataFrame
    scored: Matrix
    cell_labels: Matrix

    @cached_property
    def gram(self) -> Matrix:
        """Return the lines' inner products, per gene."""
        return self.bulk @ self.bulk.T / len(self.genes)

    @cached_property
    def directions(self) -> Matrix:
        """Return all principal directions of the lines (rank x G), the leading ones first."""
        return np.asarray(np.linalg.svd(self.bulk, full_matrices=False)[2])


def read_screen(data: Path) -> Screen:
    """Read expression and response of all drugs, as `preprocess` does it drug by drug."""
    bulk = load_bulk(data / "gdsc" / "expression_log2rma.parquet", None).expression
    responses, labels = {}, {}
    with TemporaryDirectory() as folder:
        part = Path(folder) / "drug.parquet"
        for drug, rows in pd.read_parquet(data / "gdsc" / "response.parquet").groupby("DRUG_NAME"):
            rows.to_parquet(part)
            responses[drug], _ = read_response(part, str(drug))
            labels[drug] = response_labels(responses[drug], "extreme", StudyParameters().extreme_fraction, 0)
    response = pd.DataFrame(responses)
    lines = bulk.obs_names.intersection(response.index)
    return Screen(bulk.to_df().loc[lines], response.loc[lines], pd.DataFrame(labels).loc[lines])


def draw_targets(screen: Screen, repeats: int) -> Iterator[Target]:
    """Draw every configuration `repeats` times, always from the same seeds."""
    for repeat in range(repeats):
        for number, configuration in enumerate(product(LINES, DEPTHS, SPREADS)):
            yield draw_target(screen, *configuration, np.random.default_rng([repeat, number]))


def draw_target(
    screen: Screen, lines: int, depth: float, spread: float, random: np.random.Generator
) -> Target:
    """Hold lines out and make a target of them."""
    held_out = random.choice(screen.expression.index.to_numpy(), lines, replace=False)
    name = f"{lines} lines, {depth} counts, spread {spread}"
    return make_target(name, screen, screen.expression.loc[held_out], depth, spread, random)


def make_target(
    name: str,
    screen: Screen,
    held_out: pd.DataFrame,
    depth: float,
    spread: float,
    random: np.random.Generator,
) -> Target:
    """Draw cells from held-out lines, and standardise both sides on the variable genes of the lines left.

    Parameters
    ----------
    held_out
        The lines' expression as the cells' platform sees it, natural log; lines x all genes of the screen.
    """
    lines = held_out.index.to_numpy()
    half = len(lines) // 2
    parameters = SimulateParameters(
        sensitive_cells=CELLS_PER_LINE * half,
        resistant_cells=CELLS_PER_LINE * (len(lines) - half),
        depth=float(depth),
        within_line_spread=spread,
    )
    # Classes differ from drug to drug: here the two names only split the lines.
    split = {"sensitive": lines[:half], "resistant": lines[half:]}
    left = screen.expression.drop(lines)
    cells = draw_cells(pd.concat([left, held_out]).loc[screen.expression.index], split, parameters, random)
    cells.X = log_normalised(cells.X, totals(cells.X), StudyParameters().target_sum)

    genes = pd.Index(variable_genes(linear_statistics(ad.AnnData(left)), GENES))
    bulk, drawn = left[genes].to_numpy(), cells[:, genes].X
    labels = screen.labels.loc[cells.obs["cell_line"]].to_numpy()
    candidates = np.arange(screen.labels.shape[1])[SCORED]
    scored = candidates[(labels == 1).any(axis=0)[candidates] & (labels == 0).any(axis=0)[candidates]]
    return Target(
        name,
        genes,
        standardise(bulk, *gene_statistics(bulk)),
        standardise(drawn, *gene_statistics(drawn)),
        screen.response.drop(lines),
        screen.labels.drop(lines),
        scored,
        labels[:, scored],
    )
