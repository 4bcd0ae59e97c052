import subprocess
import sys
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scanpy as sc
import scipy.sparse as sp
import torch
from numpy.typing import NDArray

from bulk2cell.artefacts.cell_model import read_cell_model
from bulk2cell.artefacts.model import read_model
from bulk2cell.cells import cell_file
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.cells.standardise import denoise, standardise
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput
from bulk2cell.predict.score_file import score_file

ROUNDING = 3e-5  # of both ways: log odds reach 360 here, where float32's last bit is 3e-5
LAYOUTS = {"csr": sp.csr_matrix, "csc": sp.csc_matrix, "dense": lambda X: X.toarray()}


def plain(model: Path, cells: Path) -> NDArray[np.float64]:
    """Read all cells, normalise with scanpy, standardise and run the network, all of it dense."""
    trained = read_model(model)
    loaded = on_one_scale(ad.read_h5ad(cells), trained.manifest.content["study"]["target_sum"])
    columns = loaded.var_names.get_indexer(pd.Index(trained.genes))
    present, scaling = columns >= 0, trained.scaling
    z = np.zeros((loaded.n_obs, len(columns)), np.float32)
    z[:, present] = standardise(
        loaded.X[:, columns[present]], scaling.cell_mean[present], scaling.cell_std[present]
    )
    with torch.no_grad():
        x = torch.from_numpy(denoise(z, scaling.cell_components))
        logits = trained.network.classify(trained.network.code(x, "cells"))
    return torch.softmax(logits.double(), dim=1)[:, 1].numpy()


def on_one_scale(cells: ad.AnnData, target_sum: float) -> ad.AnnData:
    """Add up counts of a gene, normalise and log them; of other values keep the gene's highest column."""
    table = cells.to_df().T
    counts = np.array_equal(table, table.round())
    by_gene = table.groupby(level=0) if counts else table.iloc[table.mean(axis=1).argsort()].groupby(level=0)
    merged = ad.AnnData((by_gene.sum() if counts else by_gene.last()).T.astype(np.float32))
    if counts:
        sc.pp.normalize_total(merged, target_sum=target_sum)
        sc.pp.log1p(merged)
    return merged


def streamed(model: Path, cells: Path) -> NDArray[np.float64]:
    with open_cells(cells, CellInput(), []) as file:
        return score_file(read_cell_model(model), file, "auto", 0.2).probabilities


@pytest.fixture(scope="module")
def tiny_ridge(tiny_study: Path, train_tiny: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ridge model of the tiny study."""
    home = tmp_path_factory.mktemp("ridge")
    return train_tiny(tiny_study, home, strategy="ridge_pathways", ridge_penalty=0.1)


def as_z_scores(cells: ad.AnnData) -> ad.AnnData:
    log = np.log1p(cells.X.toarray())
    cells = cells.copy()
    cells.X = ((log - log.mean(axis=0)) / (log.std(axis=0) + 0.1)).astype(np.float32)
    return cells


@pytest.fixture(scope="module")
def z_models(
    world: Path, study_of: Any, train_tiny: Any, tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    """Models of a study of z-scores: a network and ridge."""
    home = tmp_path_factory.mktemp("z")
    as_z_scores(ad.read_h5ad(world / "cells.h5ad")).write_h5ad(home / "cells.h5ad")
    study = study_of(home / "study", cells=home / "cells.h5ad")
    return [
        train_tiny(study, home / strategy, strategy=strategy, ridge_penalty=0.1)
        for strategy in ("share_ae_pathways", "ridge_pathways")
    ]


def changed(cells: ad.AnnData, rng: np.random.Generator, scale: str) -> ad.AnnData:
    """Drop genes, name some twice, shuffle all."""
    genes = rng.permutation(cells.n_vars)[: rng.integers(cells.n_vars // 2, cells.n_vars)]
    twice = rng.choice(genes, 20)
    other = cells[:, np.concatenate([genes, twice])].copy()
    if scale == "log":
        linear = other.X.multiply(rng.uniform(0.2, 2, (1, other.n_vars))).toarray()
        other.X = sp.csr_matrix(np.log1p(1e4 * linear / linear.sum(axis=1, keepdims=True)))
    return other[rng.permutation(cells.n_obs)].copy()


def test_the_number_of_threads_changes_no_bit(
    tiny_model: Path, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_file, "VALUES_AT_ONCE", 20_000)
    found = []
    for number in (1, 3):
        monkeypatch.setenv("OMP_NUM_THREADS", str(number))
        found.append(streamed(tiny_model, world / "cells.h5ad"))
    assert len(found[0]) == 300
    assert (found[0] == found[1]).all()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("scale", ["counts", "log"])
@pytest.mark.filterwarnings("ignore:Variable names are not unique", "ignore:Observation names are not unique")
def test_any_file_is_scored_as_by_the_plain_way(
    raw: ad.AnnData,
    tiny_model: Path,
    tiny_ridge: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scale: str,
    layout: str,
    seed: int,
) -> None:
    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", 97)
    cells = changed(raw, np.random.default_rng(seed), scale)
    cells.X = LAYOUTS[layout](cells.X)
    cells.write_h5ad(tmp_path / "cells.h5ad")
    for model in (tiny_model, tiny_ridge):
        found, expected = (way(model, tmp_path / "cells.h5ad") for way in (streamed, plain))
        assert expected.std() > 0.01
        assert found == pytest.approx(expected, abs=ROUNDING)


def test_z_scores_are_scored_as_by_the_plain_way(
    raw: ad.AnnData, z_models: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", 97)
    scores = as_z_scores(raw)
    for name, X in {"dense": scores.X, "csr": sp.csr_matrix(scores.X)}.items():
        scores.X = X
        scores.write_h5ad(tmp_path / f"{name}.h5ad")
    for model in z_models:
        found = streamed(model, tmp_path / "dense.h5ad")
        assert found == pytest.approx(plain(model, tmp_path / "dense.h5ad"), abs=ROUNDING)
        assert (streamed(model, tmp_path / "csr.h5ad") == found).all()


@pytest.mark.parametrize("step", [1, 7, 100, 256, 299])
def test_where_blocks_end_changes_no_bit(
    world: Path, tiny_model: Path, tiny_ridge: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    for model in (tiny_model, tiny_ridge):
        whole = streamed(model, world / "cells.h5ad")
        with monkeypatch.context() as patched:
            patched.setattr(cell_file, "MOST_CELLS_AT_ONCE", step)
            assert (streamed(model, world / "cells.h5ad") == whole).all()


def test_a_first_block_that_looks_like_another_scale_does_not_decide(
    raw: ad.AnnData, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.X[:20] = 0
    raw.write_h5ad(tmp_path / "counts.h5ad")
    expected = plain(tiny_model, tmp_path / "counts.h5ad")
    raw.X = raw.X.log1p()
    raw.write_h5ad(tmp_path / "cells.h5ad")
    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", 10)
    assert streamed(tiny_model, tmp_path / "cells.h5ad") == pytest.approx(expected, abs=ROUNDING)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.nan, "gene {gene}: nan is not a finite number"),
        (-3, "gene {gene}: -3: counts cannot be negative"),
        (40.5, "neither whole counts nor log values"),
    ],
)
def test_what_is_wrong_in_a_late_block_is_told_with_its_place(
    raw: ad.AnnData,
    tiny_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    value: float,
    message: str,
) -> None:
    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", 100)
    raw.X[250, 5] = value
    raw.write_h5ad(tmp_path / "cells.h5ad")
    place = f"{raw.obs_names[250]}, {message.format(gene=raw.var_names[5])}" if "{" in message else message
    with pytest.raises(InputError, match=place):
        streamed(tiny_model, tmp_path / "cells.h5ad")


@pytest.mark.filterwarnings("ignore:Observation names are not unique")
def test_a_cell_named_twice_is_refused(raw: ad.AnnData, tiny_model: Path, tmp_path: Path) -> None:
    raw.obs_names = [*raw.obs_names[:-1], raw.obs_names[3]]
    raw.write_h5ad(tmp_path / "cells.h5ad")
    with pytest.raises(InputError, match=f"cell {raw.obs_names[3]} occurs twice"):
        streamed(tiny_model, tmp_path / "cells.h5ad")


def test_an_h5ad_is_scored_without_the_libraries_that_start_slowly(
    tiny_model: Path, world: Path, tmp_path: Path
) -> None:
    words = ["bulk2cell", "predict", str(tiny_model), str(world / "cells.h5ad"), "--out", str(tmp_path / "p")]
    program = f"""
import sys
from bulk2cell.cli.app import main
sys.argv = {words}
try:
    main()
finally:
    print([name for name in ("torch", "scanpy", "anndata", "sklearn", "matplotlib") if name in sys.modules])
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"
