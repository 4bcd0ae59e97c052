"""First pass over a file of cells: scale, depth, and what the choice of cells and genes needs."""

from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.cells.blocks import each_block, finite_values, in_their_units, one_column_each
from bulk2cell.cells.cell_file import Block, CellFile
from bulk2cell.cells.normalise import totals_of, undo_log
from bulk2cell.cells.scale import LARGEST_LOG, Values
from bulk2cell.cells.units import Units
from bulk2cell.genes.columns import Columns, find_columns, pick_genes
from bulk2cell.parameters import Scale, StudyParameters

ROUNDING = 1e-10  # share of the sum of squares below which a variance may be due to rounding


@dataclass(frozen=True)
class Survey:
    """What a file of cells holds.

    Attributes
    ----------
    units
        Of the file's values.
    columns
        Columns of the file for each gene.
    cells
        One row per cell in the file's order, index = name: n_counts (NaN unless counts), n_genes (genes above zero; NaN for
        z-scores).
    totals
        Sum of each cell's values before their logarithm; NaN where they stay as they are.
    genes
        One row per symbol, sorted, over the cells with enough genes: cells (that express it), mean and variance before the
        log; 0 for z-scores.
    """

    units: Units
    columns: Columns
    cells: pd.DataFrame
    totals: NDArray[np.float64]
    genes: pd.DataFrame


def survey_cells(
    file: CellFile, symbols: "pd.Index[str]", declared: Scale, parameters: StudyParameters
) -> Survey:
    """Read all cells, block by block, and summarise them.

    Parameters
    ----------
    symbols
        Symbol of each gene of the file. Counts of repeats are added up; else the repeat with the highest mean stays.
    declared
        The declared scale; auto: detect it.
    parameters
        target_sum of a cell's counts, min_genes_per_cell.

    Raises
    ------
    InputError
        If a value is missing or infinite, contradicts the declared scale, or no scale fits.
    """
    genes = pd.Index(np.unique(symbols.to_numpy()))
    found = find_columns(symbols, genes)

    target_sum = parameters.target_sum

    def read(units: Units) -> tuple[Survey, Values]:
        return survey_blocks(file, genes, one_column_each(found, units, target_sum, file), units, parameters)

    survey, units = in_their_units(file, declared, target_sum, read)
    return replace(survey, units=units)


def survey_blocks(
    file: CellFile, genes: "pd.Index[str]", columns: Columns, units: Units, parameters: StudyParameters
) -> tuple[Survey, Values]:
    """Return the summary of a file if its values are of these units, and the `Values` that show their units."""
    total, n_genes = np.full((2, file.count), np.nan)
    stay = units.stay(parameters.target_sum)
    sums = np.zeros((3, len(columns.present)))

    def look(start: int, block: Block) -> tuple[Values, NDArray[np.float64]]:
        values = finite_values(file, start, block)
        too_large = units.scale == "log" and values.high >= LARGEST_LOG
        if units.scale == "zscore" or too_large:
            return values, np.zeros_like(sums)
        rows = slice(start, start + file.step)
        cells = pick_genes(block, columns)
        n_genes[rows] = np.diff(cells.indptr)
        factor = (n_genes[rows] >= parameters.min_genes_per_cell).astype(np.float64)
        if not stay:
            cells = undo_log(cells, units)
            total[rows] = totals_of(cells, units)
            factor *= parameters.target_sum / np.where(total[rows] > 0, total[rows], 1)
        else:
            cells = sp.csr_matrix((np.expm1(cells.data), cells.indices, cells.indptr), cells.shape)
        return values, gene_sums(cells, factor)

    seen = []
    for values, of_block in each_block(file, "survey", look):
        seen.append(values)
        sums += of_block
    left = int((n_genes >= parameters.min_genes_per_cell).sum())
    names = pd.Index(file.names(0, file.count))
    n_counts = total if units.scale == "counts" else np.nan
    cells = pd.DataFrame({"n_counts": n_counts, "n_genes": n_genes}, index=names)
    return Survey(units, columns, cells, total, moments(sums, left).set_axis(genes)), reduce(or_, seen)


def gene_sums(cells: sp.csr_matrix, factor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return, for each gene, how many cells express it, the sum, and the sum of squares: 3 x genes.

    Parameters
    ----------
    cells
        Cells x genes, no zero stored.
    factor
        Factor of each cell; 0: it does not count.
    """

    def over_cells(values: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(weight @ sp.csr_matrix((values, cells.indices, cells.indptr), cells.shape))

    values = cells.data.astype(np.float64)
    expressing = over_cells(np.ones_like(values), (factor > 0).astype(np.float64))
    return np.stack([expressing, over_cells(values, factor), over_cells(values**2, factor**2)])


def moments(sums: NDArray[np.float64], cells: int) -> pd.DataFrame:
    """Return the number of cells that express a gene, mean and variance, from `gene_sums` over so many cells.

    A variance that may be due to rounding is set to 0.
    """
    expressing, total, squares = sums
    mean = total / max(cells, 1)
    spread = squares - total * mean
    variance = np.where(spread > ROUNDING * squares, spread, 0) / max(cells - 1, 1)
    return pd.DataFrame({"cells": expressing, "mean": mean, "variance": variance})
