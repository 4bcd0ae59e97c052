"""Clusters of cells that nobody has grouped."""

import warnings

import anndata as ad
import numpy as np
import pandas as pd
import scanpy as sc
from numpy.typing import NDArray

MOST_CELLS = 10_000  # that are clustered; the others join the nearest cluster
NEIGHBOURS = 15  # scanpy's default
RESOLUTION = 0.5  # half of scanpy's default: groups to compare drugs by are wanted few and large


def cluster_cells(codes: NDArray[np.float32], kept: NDArray[np.bool_]) -> "pd.Series[str]":
    """Return the Leiden cluster (Traag et al., Sci. Rep. 2019) of every kept cell; missing for the others.

    Parameters
    ----------
    codes
        Cells x components.
    """
    cells = np.flatnonzero(kept)
    drawn = np.sort(np.random.default_rng(0).choice(cells, min(len(cells), MOST_CELLS), replace=False))
    own = ad.AnnData(codes[drawn].astype(np.float32))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Nearest neighbours by scikit-learn and weights by a Gaussian kernel, which need no kernels to be compiled.
        sc.pp.neighbors(
            own, min(NEIGHBOURS, len(drawn) - 1), use_rep="X", method="gauss", transformer="sklearn"
        )
        sc.tl.leiden(own, RESOLUTION, flavor="igraph", n_iterations=2, directed=False, random_state=0)
    found = own.obs["leiden"].astype(str).to_numpy()
    names = sorted(set(found), key=int)
    centres = np.array([own.X[found == name].mean(axis=0) for name in names])
    distance = (centres**2).sum(axis=1) - 2 * codes[cells] @ centres.T
    labels = pd.Series(pd.NA, index=np.arange(len(codes)), dtype=object)
    labels.iloc[cells] = np.asarray(names, dtype=object)[distance.argmin(axis=1)]
    labels.iloc[drawn] = found
    return labels
