"""Score the cells of a file, a block at a time."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.artefacts.cell_model import CellModel
from bulk2cell.cells.blocks import (
    each_block,
    finite_values,
    in_their_units,
    one_column_each,
    refuse_repeated_names,
)
from bulk2cell.cells.cell_file import Block, CellFile
from bulk2cell.cells.normalise import normalise
from bulk2cell.cells.scale import Values
from bulk2cell.cells.units import Units
from bulk2cell.errors import InputError
from bulk2cell.genes.columns import Columns
from bulk2cell.genes.known import known_names, own_names
from bulk2cell.genes.names import Naming, name_genes
from bulk2cell.model.cell_layers import rounded_layers
from bulk2cell.parameters import Scale
from bulk2cell.predict.align import find_genes
from bulk2cell.predict.first_layer import first_layer, often_first
from bulk2cell.predict.score import score_cells


@dataclass(frozen=True)
class Scored:
    """A model's probabilities for a file's cells.

    Attributes
    ----------
    probabilities
        Of being sensitive, in the file's order.
    units
        Of the file's values.
    present
        Genes of the model that the cells have.
    naming
        How the file's genes are named; none: as the model's.
    """

    probabilities: NDArray[np.float64]
    units: Units
    present: NDArray[np.intp]
    naming: Naming | None


def score_file(model: CellModel, file: CellFile, declared: Scale, min_overlap: float) -> Scored:
    """Score any cells: their genes get current symbols, and counts are normalised, block by block.

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
    naming = name_genes(file.var, pd.Index(model.genes), names_for(model, file), file.path)
    found = model_columns(model, naming.symbols, min_overlap, file)

    target_sum = model.manifest.content["study"]["target_sum"]

    def read(units: Units) -> tuple[NDArray[np.float64], Values]:
        refuse_other_scale(file, units.scale, model)
        return score_blocks(model, file, one_column_each(found, units, target_sum, file), units, target_sum)

    probabilities, units = in_their_units(file, declared, target_sum, read)
    return Scored(probabilities, units, found.present, naming)


def names_for(model: CellModel, file: CellFile) -> dict[str, str]:
    """Return the names by which the model's genes are found; whether numbers are Entrez ids, all genes' names tell."""
    numbers = file.var.index.astype(str).str.isdecimal().all()
    return (known_names if numbers else own_names)(model.genes, model.gene_ids)


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
    target_sum = model.manifest.content["study"]["target_sum"]
    as_they_are = Units("log", np.e, target_sum)
    probabilities, _ = score_blocks(model, cells, columns, as_they_are, target_sum)
    return Scored(probabilities, Units(scale), columns.present, None)


def model_columns(model: CellModel, symbols: "pd.Index[str]", min_overlap: float, file: CellFile) -> Columns:
    """Find the model's genes among the symbols, in the order of `often_first`."""
    order = often_first(model.layers[0], model.mean, model.std)
    return find_genes(symbols, model.genes, order, min_overlap, str(file.path))


def score_blocks(
    model: CellModel, file: CellFile, columns: Columns, units: Units, target_sum: float
) -> tuple[NDArray[np.float64], Values]:
    """Return the probability per cell, and the `Values` that show the scale."""
    first = first_layer(model.layers[0], model.mean, model.std, model.components, columns.present)
    rest = rounded_layers(model.layers[1:])

    def score(start: int, block: Block) -> tuple[NDArray[np.float64], Values]:
        values = finite_values(file, start, block)
        with np.errstate(invalid="ignore"):
            return score_cells(first, rest, normalise(block, columns, units, target_sum)), values

    scored = list(each_block(file, "predict", score))
    return np.concatenate([part for part, _ in scored]), reduce(or_, (values for _, values in scored))


def refuse_other_scale(file: CellFile, scale: Scale, model: CellModel) -> None:
    """Raise if cells and model are not both, or neither, of z-scores.

    Raises
    ------
    InputError
        With both scales.
    """
    of_model = model.manifest.content["study"]["scale"]["cells"]
    if (scale == "zscore") != (of_model == "zscore"):
        raise InputError(
            f"{file.path}: cells on the scale {scale!r}, the model was trained on {of_model!r}; give cells on the "
            "model's scale"
        )
