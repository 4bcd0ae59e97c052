"""The cells of a screen: reduced to their leading components, once for all drugs."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.artefacts.study_input import draw_rows
from bulk2cell.cells.blocks import each_block, one_column_each, refuse_repeated_names
from bulk2cell.cells.cell_file import Block, CellFile
from bulk2cell.cells.normalise import normalise
from bulk2cell.cells.standardise import gene_statistics, leading_components, standardise
from bulk2cell.cells.units import Units
from bulk2cell.genes.names import Naming, name_genes
from bulk2cell.parameters import MOST_CELLS, Scale, StudyParameters
from bulk2cell.predict.align import find_genes
from bulk2cell.predict.first_layer import first_layer, often_first, through
from bulk2cell.preprocess.quality import filter_quality
from bulk2cell.preprocess.reference import Reference
from bulk2cell.preprocess.study_genes import choose_genes
from bulk2cell.preprocess.study_rows import study_rows
from bulk2cell.preprocess.survey import Survey, survey_cells


@dataclass(frozen=True)
class ScreenCells:
    """Cells of a file in K components.

    Attributes
    ----------
    names
        Of all cells, in the file's order.
    codes
        All cells x K.
    kept
        Whether a cell has enough genes to count in groups.
    genes
        Symbols of the genes that cells and lines share and that vary most in either.
    components
        K x genes, orthonormal, of standardised cells.
    mean, std
        Scaling of the cells, per gene.
    units, naming
        How the file was read.
    group_means
        By the name of a column: the standardised expression of the mean cell of each of its groups, groups x genes.
    account, warnings
        What was kept: what, before, after; and what a person should know.
    """

    names: NDArray[Any]
    codes: NDArray[np.float32]
    kept: NDArray[np.bool_]
    genes: "pd.Index[str]"
    components: NDArray[np.float32]
    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    units: Units
    naming: Naming
    group_means: dict[str, NDArray[np.float64]]
    account: list[dict[str, Any]]
    warnings: list[str]


def encode_cells(
    file: CellFile,
    reference: Reference,
    lines: ad.AnnData,
    declared: Scale,
    parameters: StudyParameters,
    components: int,
    labels: Mapping[str, "pd.Series[str]"],
) -> ScreenCells:
    """Read all cells and reduce them, as a study of these lines and a model of it would.

    Parameters
    ----------
    lines
        Lines x genes, natural log, without those of the target.
    declared
        The cells' declared scale; auto: detect it.
    components
        K; fewer where there are fewer cells or genes.
    labels
        Groups of all cells, by the name of their column.

    Raises
    ------
    InputError
        If the cells cannot be used, see `preprocess`.
    """
    refuse_repeated_names(file)
    naming = name_genes(file.var, lines.var_names, reference.known_names(), file.path)
    survey = survey_cells(file, naming.symbols, declared, parameters)
    rows, measured, account = filter_quality(survey, parameters, file.path)
    genes, steps, warnings = choose_genes(survey, measured, lines, parameters, file.path)
    X = _training_rows(file, survey, rows, genes, parameters.target_sum)
    mean, std = gene_statistics(X)
    directions = leading_components(standardise(X, mean, std), components)
    kept = np.zeros(file.count, bool)
    kept[rows] = True
    members = {by: mark_members(of_cells, kept) for by, of_cells in labels.items()}
    scaling = directions, mean, std
    codes, sums = _encode(file, naming.symbols, genes, scaling, survey.units, parameters, members)
    return ScreenCells(
        names=survey.cells.index.to_numpy(),
        codes=codes,
        kept=kept,
        genes=genes,
        components=directions,
        mean=mean,
        std=std,
        units=survey.units,
        naming=naming,
        group_means={
            by: (sums[by] / np.asarray(members[by].sum(axis=0)).reshape(-1, 1) - mean) / std for by in labels
        },
        account=[*account, *steps],
        warnings=warnings,
    )


def _training_rows(
    file: CellFile, survey: Survey, rows: NDArray[np.intp], genes: "pd.Index[str]", target_sum: float
) -> sp.csr_matrix:
    """Return the cells that training would take, in the order of their names."""
    names = survey.cells.index[rows]
    drawn = rows[names.isin(draw_rows(names.to_numpy(), MOST_CELLS))] if len(rows) > MOST_CELLS else rows
    in_file = np.sort(drawn)
    with tempfile.TemporaryDirectory() as folder:
        X = sp.vstack(list(study_rows(file, survey, in_file, genes, target_sum, Path(folder))))
    return sp.csr_matrix(X)[np.searchsorted(in_file, drawn)]


def mark_members(labels: "pd.Series[str]", kept: NDArray[np.bool_]) -> sp.csr_matrix:
    """Return which kept cells are in which group, cells x groups in the order of their names."""
    groups = pd.Categorical(labels.where(kept)).codes
    inside = np.flatnonzero(groups >= 0)
    ones = np.ones(len(inside), np.float32)
    return sp.csr_matrix((ones, (inside, groups[inside])), shape=(len(groups), groups.max(initial=-1) + 1))


def _encode(
    file: CellFile,
    symbols: "pd.Index[str]",
    genes: "pd.Index[str]",
    scaling: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]],
    units: Units,
    parameters: StudyParameters,
    members: Mapping[str, sp.csr_matrix],
) -> tuple[NDArray[np.float32], dict[str, NDArray[np.float64]]]:
    """Return the codes of all cells, and the summed expression of each group, groups x genes.

    Parameters
    ----------
    scaling
        Components, mean and standard deviation.
    members
        See `mark_members`.
    """
    components, mean, std = scaling
    layer = np.ascontiguousarray(components.T), np.zeros(len(components), np.float32)
    found = find_genes(symbols, list(genes), often_first(layer, mean, std), 0, str(file.path))
    columns = one_column_each(found, units, parameters.target_sum, file)
    none = np.zeros((0, len(genes)), np.float32)
    first = first_layer(layer, mean, std, none, columns.present)
    sums = {by: np.zeros((marks.shape[1], len(genes))) for by, marks in members.items()}

    def encode(start: int, block: Block) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        cells = normalise(block, columns, units, parameters.target_sum)
        rows = slice(start, start + file.step)
        return through(first, cells), [(marks[rows].T @ cells).toarray() for marks in members.values()]

    codes = []
    for of_block, added in each_block(file, "reduce cells", encode):
        codes.append(of_block)
        for by, more in zip(members, added, strict=True):
            sums[by][:, columns.present] += more
    return np.concatenate(codes), sums
