"""The same cells in any container, layout, naming and scale get the same probabilities."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.io
import scipy.sparse as sp

Score = Callable[..., "pd.Series[float]"]

ROUNDING = 2e-5  # of float32 logarithms and their inverse
SCALES: dict[str, Callable[[Any], Any]] = {
    "counts": lambda c: c,
    "ln 1e4": lambda c: np.log1p(c / c.sum(axis=1, keepdims=True) * 1e4),
    "log2 CPM": lambda c: np.log2(1 + c / c.sum(axis=1, keepdims=True) * 1e6),
    "fractions": lambda c: c / c.sum(axis=1, keepdims=True),
    "ln counts": np.log1p,
}


def by_symbols(var: pd.DataFrame) -> pd.DataFrame:
    return var


def by_ids(var: pd.DataFrame) -> pd.DataFrame:
    ids = [f"ENSG{number:011d}.2" for number in range(len(var))]
    return pd.DataFrame({"gene_symbols": list(var.index)}, index=ids)


def by_numbers(var: pd.DataFrame) -> pd.DataFrame:
    names = pd.Categorical(list(var.index))
    return pd.DataFrame({"feature_name": names}, index=[str(number) for number in range(len(var))])


def by_genome(var: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(index=[f"GRCh38_{name}" for name in var.index])


NAMINGS = {"symbols": by_symbols, "ids": by_ids, "numbers": by_numbers, "genome": by_genome}


def as_it_is(cells: ad.AnnData) -> ad.AnnData:
    return cells


def beside_scaled(cells: ad.AnnData) -> ad.AnnData:
    """Keep all genes in raw, and a scaled half of them in X."""
    cells.raw = cells
    half = cells[:, : cells.n_vars // 2].copy()
    dense = np.asarray(half.X)
    half.X = (dense - dense.mean(axis=0)) / (dense.std(axis=0) + 1)
    return half


def among_antibodies(cells: ad.AnnData) -> ad.AnnData:
    kinds = cells.var.assign(feature_types="Gene Expression")
    tags = pd.DataFrame({"feature_types": "Antibody Capture"}, index=[f"tag{number}" for number in range(3)])
    X = np.hstack([cells.X, np.full((cells.n_obs, 3), cells.X.max())])
    return ad.AnnData(X, obs=cells.obs, var=pd.concat([kinds, tags]))


def in_disorder(cells: ad.AnnData) -> ad.AnnData:
    rng = np.random.default_rng(0)
    return cells[rng.permutation(cells.n_obs), rng.permutation(cells.n_vars)].copy()


LAYOUTS = {
    "plain": as_it_is,
    "raw": beside_scaled,
    "antibodies": among_antibodies,
    "disorder": in_disorder,
}


def to_h5ad(cells: ad.AnnData, folder: Path) -> Path:
    cells.X = sp.csr_matrix(cells.X)
    cells.write_h5ad(folder / "cells.h5ad")
    return folder / "cells.h5ad"


def to_columns(cells: ad.AnnData, folder: Path) -> Path:
    cells.X = sp.csc_matrix(cells.X)
    cells.write_h5ad(folder / "cells")
    return folder / "cells"


def to_zarr(cells: ad.AnnData, folder: Path) -> Path:
    cells.write_zarr(folder / "cells.zarr")
    return folder / "cells.zarr"


def to_mtx(cells: ad.AnnData, folder: Path) -> Path:
    scipy.io.mmwrite(folder / "matrix.mtx", sp.csr_matrix(cells.X).T, precision=9)
    var = cells.var.astype(object).fillna("tag")
    symbols = var.drop(columns="feature_types", errors="ignore").assign(index=cells.var_names).iloc[:, 0]
    types = var.get("feature_types", pd.Series("Gene Expression", cells.var_names))
    features = pd.DataFrame({"id": cells.var_names, "symbol": symbols.to_numpy(), "type": types.to_numpy()})
    features.to_csv(folder / "features.tsv", sep="\t", header=False, index=False)
    (folder / "barcodes.tsv").write_text("".join(f"{name}\n" for name in cells.obs_names))
    return folder


def to_table(cells: ad.AnnData, folder: Path) -> Path:
    table = cells.to_df().T.astype(np.float32)
    for column in cells.var:
        table.insert(0, column, cells.var[column].astype(object).to_numpy())
    table.to_csv(folder / "cells.txt", sep="\t")
    return folder / "cells.txt"


CONTAINERS = {"h5ad": to_h5ad, "csc": to_columns, "zarr": to_zarr, "mtx": to_mtx, "table": to_table}
# A container without raw, or a table without types of features, has no such layout.
IMPOSSIBLE = {("mtx", "raw"), ("table", "raw"), ("table", "antibodies")}


@pytest.fixture(scope="module")
def clean() -> dict[str, "pd.Series[float]"]:
    """Probabilities of the plain cells, once they are known."""
    return {}


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("naming", NAMINGS)
@pytest.mark.parametrize(
    ("container", "layout"),
    [(c, layout) for c in CONTAINERS for layout in LAYOUTS if (c, layout) not in IMPOSSIBLE],
)
def test_probabilities_do_not_depend_on_how_cells_are_written(
    container: str,
    layout: str,
    naming: str,
    scale: str,
    raw: ad.AnnData,
    score: Score,
    clean: dict[str, "pd.Series[float]"],
    tmp_path: Path,
) -> None:
    few = raw[::10].copy()
    if not clean:
        clean["counts"] = score(few)
    X = SCALES[scale](few.X.toarray().astype(np.float64)).astype(np.float32)
    cells = ad.AnnData(X, obs=few.obs[[]], var=NAMINGS[naming](few.var[[]]))
    folder = tmp_path / "input"
    folder.mkdir()
    found = score(CONTAINERS[container](LAYOUTS[layout](cells), folder))
    expected = clean["counts"].reindex(found.index)
    assert len(found) == 30
    if scale == "counts":
        assert (found == expected).all()
    assert found.to_numpy() == pytest.approx(expected.to_numpy(), abs=ROUNDING)
