"""What can be wrong with a file of cells that is read block by block."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from bulk2cell.artefacts.cell_model import CellModel
from bulk2cell.errors import InputError
from bulk2cell.parameters import Scale
from bulk2cell.preprocess.scale import Place
from bulk2cell.sources.cell_file import CellFile


def refuse_repeated_names(file: CellFile) -> None:
    """Raise if two cells have the same name; 8 bytes of each name are held in memory.

    Raises
    ------
    InputError
        With the name.
    """
    hashes = [pd.util.hash_array(file.names(start, start + file.step)) for start in file.starts()]
    ordered = np.concatenate(hashes)
    ordered.sort()
    if (ordered[1:] != ordered[:-1]).all():
        return
    names = pd.Index(file.names(0, file.count))
    if names.has_duplicates:
        raise InputError(
            f"{file.path}: cell {names[names.duplicated()][0]} occurs twice; give every cell its own name"
        )


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


def first_place(file: CellFile, wrong: Callable[[Any], Any]) -> str:
    """Return the place and the value of the first entry for which `wrong` holds."""
    for start in file.starts():
        block = file.block(start, start + file.step)
        if wrong(block.data if isinstance(block, sp.csr_matrix) else block).any():
            return block_place(file, start).first(block, wrong)
    return str(file.path)


def block_place(file: CellFile, start: int) -> Place:
    """Return the names of a block's cells and genes."""
    return Place(file.path, pd.Index(file.names(start, start + file.step)), file.var.index)
