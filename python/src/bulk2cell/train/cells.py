"""The cells of a study that training holds in memory."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import anndata as ad
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bulk2cell.artefacts.study import Study
from bulk2cell.artefacts.study_input import draw_rows
from bulk2cell.parameters import MOST_CELLS

CELLS_AT_ONCE = 8192


def thinned(study: Study, keep: Collection[str] = ()) -> Study:
    """Return a study with at most `MOST_CELLS` of its cells, drawn at random by their names, and those that are to be kept.

    Training holds standardised cells densely, and an epoch takes no more of them than there are lines.
    """
    if study.cells.n_obs <= MOST_CELLS:
        return study
    drawn = draw_rows(study.cells.obs_names.to_numpy(), MOST_CELLS)
    chosen = study.cells.obs_names.isin([*drawn, *keep])
    X = rows_of(study.cells.X, chosen)
    return replace(study, cells=ad.AnnData(X, obs=study.cells.obs[chosen], var=study.cells.var))


def rows_of(X: Any, chosen: NDArray[np.bool_]) -> sp.csr_matrix | NDArray[np.float32]:
    """Return some rows of a matrix, in memory or in a file, read a part at a time."""
    blocks = [slice(start, start + CELLS_AT_ONCE) for start in range(0, X.shape[0], CELLS_AT_ONCE)]
    parts = [X[block][chosen[block]] for block in blocks]
    return sp.csr_matrix(sp.vstack(parts)) if sp.issparse(parts[0]) else np.concatenate(parts)
