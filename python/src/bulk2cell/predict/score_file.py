"""Score the cells of a file, a block at a time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from operator import or_
from threading import Lock

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bulk2cell.artefacts.cell_model import CellModel
from bulk2cell.cores import cores
from bulk2cell.parameters import Scale
from bulk2cell.predict.align import Columns, find_genes, keep_highest, model_genes
from bulk2cell.predict.check_file import (
    block_place,
    first_place,
    refuse_other_scale,
    refuse_repeated_names,
)
from bulk2cell.predict.first_layer import first_layer, often_first
from bulk2cell.predict.score import score_cells
from bulk2cell.preprocess.gene_names import best_names, to_symbols
from bulk2cell.preprocess.scale import (
    Values,
    check_finite,
    likely_scale,
    log_normalised,
    scale_of,
    totals,
    values_of,
)
from bulk2cell.progress import track
from bulk2cell.sources.cell_file import CellFile


@dataclass(frozen=True)
class Scored:
    """What a model says of a file's cells.

    Attributes
    ----------
    probabilities
        Of being sensitive, in the file's order.
    scale
        Scale of the file's values.
    present
        Genes of the model that the cells have.
    """

    probabilities: NDArray[np.float64]
    scale: Scale
    present: NDArray[np.intp]


def score_file(model: CellModel, file: CellFile, declared: Scale, min_overlap: float) -> Scored:
    """Score any cells: their genes get current symbols, and counts are normalised, block by block.

    A scale that is not declared is guessed by the first block; where later blocks prove the guess wrong, all cells are
    scored anew.

    Parameters
    ----------
    min_overlap
        Smallest fraction of the model's genes that must be found.

    Raises
    ------
    InputError
        If the cells cannot be used: named twice, values missing, infinite, of no known scale or of another scale than
        the model's, too few genes.
    """
    refuse_repeated_names(file)
    symbols = to_symbols(best_names(file.var, model.gene_ids), model.gene_ids, file.path).symbols
    found = model_columns(model, symbols, min_overlap, file)
    scale = declared if declared != "auto" else likely_scale(values_of(file.block(0, file.step)))
    while True:
        refuse_other_scale(file, scale, model)
        columns = found
        if scale != "counts" and len(found.columns) > len(found.present):
            columns = keep_highest(found, file.var.index, gene_means(file))
        probabilities, values = score_blocks(model, file, columns, as_counts=scale == "counts")
        settled = scale_of(values, declared, file.path, lambda wrong: first_place(file, wrong))
        if settled == scale:
            return Scored(probabilities, scale, found.present)
        scale = settled


def score_study(model: CellModel, cells: CellFile, scale: Scale, min_overlap: float) -> Scored:
    """Score the cells of a study as they are.

    Parameters
    ----------
    scale
        Scale of the study's source.

    Raises
    ------
    InputError
        If they are on another scale than the model's or share too few genes with it.
    """
    refuse_other_scale(cells, scale, model)
    columns = model_columns(model, cells.var.index, min_overlap, cells)
    return Scored(score_blocks(model, cells, columns, as_counts=False)[0], scale, columns.present)


def model_columns(model: CellModel, symbols: "pd.Index[str]", min_overlap: float, file: CellFile) -> Columns:
    """Find the model's genes among the symbols, in the order of `often_first`."""
    return find_genes(symbols, model.genes, often_first(model.mean, model.std), min_overlap, str(file.path))


def score_blocks(
    model: CellModel, file: CellFile, columns: Columns, as_counts: bool
) -> tuple[NDArray[np.float64], Values]:
    """Return the probability per cell, and what tells the scale of the values.

    Every core scores a block; as each block is scored by one thread, the numbers do not depend on how many there are.
    """
    first = first_layer(model.layers[0], model.mean, model.std, model.components, columns.present)
    target_sum = model.manifest.content["study"]["target_sum"]
    reading = Lock()

    def score(start: int) -> tuple[NDArray[np.float64], Values]:
        with reading:
            block = file.block(start, start + file.step)
        values = values_of(block)
        if not values.finite:
            check_finite(block, block_place(file, start))
        cells = model_genes(block, columns)
        with np.errstate(invalid="ignore"):
            if as_counts:
                cells = log_normalised(cells, totals(block), target_sum)
            return score_cells(first, model.layers[1:], cells), values

    with threadpool_limits(1), ThreadPoolExecutor(cores()) as pool:
        scored = list(track(pool.map(score, file.starts()), "predict", len(file.starts())))
    return np.concatenate([part for part, _ in scored]), reduce(or_, (values for _, values in scored))


def gene_means(file: CellFile) -> NDArray[np.float64]:
    """Return the mean of each gene of the file."""
    sums = np.zeros(len(file.var))
    for start in file.starts():
        sums += np.asarray(file.block(start, start + file.step).sum(axis=0, dtype=np.float64)).ravel()
    return sums / file.count
