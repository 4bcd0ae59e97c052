"""Join predictions back to a person's own AnnData."""

from pathlib import Path

import anndata as ad
import pandas as pd

from bulk2cell.artefacts.h5ad import write_h5ad
from bulk2cell.calls import CALLS
from bulk2cell.errors import InputError


def annotate(adata: ad.AnnData, predictions: pd.DataFrame) -> ad.AnnData:
    """Return a copy of `adata` with the columns bulk2cell_probability and bulk2cell_call in obs.

    Parameters
    ----------
    adata
        Any AnnData; cells without a prediction get missing values.
    predictions
        Columns cell, probability, call.

    Raises
    ------
    InputError
        If no cell of `adata` has a prediction.
    """
    by_cell = predictions.set_index("cell").reindex(adata.obs_names)
    if by_cell["probability"].isna().all():
        raise InputError(
            "annotate: no cell name of the AnnData is in the predictions; use the AnnData that was scored"
        )
    annotated = adata.copy()
    annotated.obs["bulk2cell_probability"] = by_cell["probability"].to_numpy()
    annotated.obs["bulk2cell_call"] = pd.Categorical(by_cell["call"], categories=CALLS)
    return annotated


def write_annotated(cells: Path, predictions: pd.DataFrame, folder: Path) -> None:
    """Write the cells of an h5ad, with their predictions, into a folder as cells.h5ad.

    Raises
    ------
    InputError
        If the cells hold something that AnnData reads but cannot write.
    """
    from bulk2cell.cells.read_cells import read_hdf5

    annotated = annotate(read_hdf5(cells), predictions)
    try:
        with ad.settings.override(allow_write_nullable_strings=True):
            write_h5ad(annotated, folder / "cells.h5ad")
    except (OSError, MemoryError):
        raise
    except Exception as error:
        raise InputError(
            f"{cells}: cannot be written back with predictions ({error}); leave out --annotated"
        ) from error
