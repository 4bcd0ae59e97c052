import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.study import read_study
from bulk2cell.errors import InputError
from bulk2cell.gdsc.labels import response_labels
from bulk2cell.gdsc.lines import read_response
from bulk2cell.parameters import CellInput, CellLabels, SimulateParameters, StudyParameters
from bulk2cell.preprocess.sources import Sources
from bulk2cell.run.sample_sheet import read_sample_sheet
from bulk2cell.simulate.simulate import draw_cells, simulate
from bulk2cell.simulate.synthesise import DRUG, PLANTED, synthesise
from bulk2cell.stages import preprocess

PARAMETERS = SimulateParameters(sensitive_cells=60, resistant_cells=40, lines_per_class=3, depth=3000)


def simulated(world: Path, out: Path, parameters: SimulateParameters = PARAMETERS) -> ad.AnnData:
    path = simulate(world / "bulk.parquet", world / "response.parquet", "plantedMAB", parameters, out)
    return ad.read_h5ad(path)


def test_cells_carry_the_label_of_their_lines_own_response(world: Path, tmp_path: Path) -> None:
    cells = simulated(world, tmp_path / "cells.h5ad")
    assert cells.obs["label"].value_counts().to_dict() == {"sensitive": 60, "resistant": 40}
    auc, _ = read_response(world / "response.parquet", DRUG)
    labels = response_labels(auc, "extreme", 0.3, 0.0)
    expected = cells.obs["cell_line"].astype(str).map(labels).map({1.0: "sensitive", 0.0: "resistant"})
    assert (cells.obs["label"].astype(str) == expected).all()
    by_label = cells.obs["cell_line"].astype(str).map(auc).groupby(cells.obs["label"].astype(str))
    assert by_label.max()["sensitive"] < by_label.min()["resistant"]
    assert cells.obs.groupby("label", observed=True)["cell_line"].nunique().to_dict() == {
        "sensitive": 3,
        "resistant": 3,
    }


def test_their_lines_are_taken_out_of_the_source(world: Path, tmp_path: Path) -> None:
    cells = simulated(world, tmp_path / "cells.h5ad")
    lines = set(cells.obs["cell_line"])
    assert set(cells.uns["bulk2cell_simulated"]["lines"]) == lines
    sources = Sources(
        bulk=world / "bulk.parquet",
        response=world / "response.parquet",
        cells=tmp_path / "cells.h5ad",
        gene_sets=world / "gene_sets.gmt",
        gene_ids=None,
        labels=None,
    )
    labels, rest = CellLabels(label_column="label"), StudyParameters(hvg=100)
    study = preprocess(sources, "p", DRUG, tmp_path / "study", [], "", CellInput(), labels, rest)
    content = read_manifest(study, "study").content
    assert set(content["excluded_lines"]["removed"]) == lines
    assert content["simulated"] is True
    assert not lines & set(read_study(study).bulk.obs_names)


def test_values_are_counts(world: Path, tmp_path: Path) -> None:
    X = simulated(world, tmp_path / "cells.h5ad").X
    assert X.data.min() > 0
    assert (X.data == np.rint(X.data)).all()
    assert X.format == "csr"


def test_same_seed_same_bytes_and_another_seed_others(world: Path, tmp_path: Path) -> None:
    first = simulated(world, tmp_path / "a.h5ad")
    simulated(world, tmp_path / "b.h5ad")
    other = simulated(world, tmp_path / "c.h5ad", replace(PARAMETERS, simulation_seed=1))
    assert (tmp_path / "a.h5ad").read_bytes() == (tmp_path / "b.h5ad").read_bytes()
    assert (first.X != other.X).nnz > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.h5ad", "b.h5ad", "c.h5ad"]


def test_too_many_lines_are_refused_and_nothing_is_written(world: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"72 sensitive lines .* 100 asked for; lower --lines-per-class"):
        simulated(world, tmp_path / "cells.h5ad", replace(PARAMETERS, lines_per_class=100))
    assert list(tmp_path.iterdir()) == []


PROFILE = pd.DataFrame([np.log([1.0, 2.0, 7.0, 10.0])], index=["L"], columns=list("ABCD"))
PLAIN = SimulateParameters(
    sensitive_cells=4000,
    resistant_cells=1,
    depth=1000,
    depth_spread=0,
    dispersion=0,
    dropout_rate=0,
    platform_spread=0,
    within_line_spread=0,
)


def counts_of(**changes: float) -> np.ndarray:
    lines = {"sensitive": np.array(["L"]), "resistant": np.array(["L"])}
    parameters = replace(PLAIN, **changes)
    return draw_cells(PROFILE, lines, parameters, np.random.default_rng(0)).X.toarray()


def test_mean_counts_follow_the_lines_profile() -> None:
    np.testing.assert_allclose(counts_of().mean(axis=0), [50, 100, 350, 500], rtol=0.02)


def test_without_dispersion_counts_are_poisson() -> None:
    X = counts_of()
    np.testing.assert_allclose(X.var(axis=0), X.mean(axis=0), rtol=0.1)


def test_variance_is_mean_plus_dispersion_times_mean_squared() -> None:
    X, mean = counts_of(dispersion=0.3), np.array([50, 100, 350, 500])
    np.testing.assert_allclose(X.mean(axis=0), mean, rtol=0.05)
    np.testing.assert_allclose(X.var(axis=0), mean + 0.3 * mean**2, rtol=0.15)


def test_depth_has_the_asked_for_median_and_spread() -> None:
    totals = counts_of(depth=5000, depth_spread=0.5).sum(axis=1)
    assert np.median(totals) == pytest.approx(5000, rel=0.05)
    assert np.log(totals).std() == pytest.approx(0.5, rel=0.1)


def test_dropout_loses_that_fraction_of_counts() -> None:
    assert counts_of(dropout_rate=0.4).sum(axis=1).mean() == pytest.approx(600, rel=0.02)


def test_the_platform_effect_is_shared_by_all_cells() -> None:
    X = counts_of(platform_spread=1.0, depth=1e5)
    ratio = X / X.sum(axis=1, keepdims=True) / (np.array([1, 2, 7, 10]) / 20)
    assert ratio.mean(axis=0).std() > 0.2
    np.testing.assert_allclose(ratio, np.tile(ratio.mean(axis=0), (len(X), 1)), rtol=0.3)


def test_a_world_is_made_from_its_seed_alone(world: Path, tmp_path: Path) -> None:
    parameters = SimulateParameters(sensitive_cells=150, resistant_cells=150, depth=4000)
    synthesise(tmp_path / "again", parameters)
    synthesise(tmp_path / "other", replace(parameters, simulation_seed=1))
    for name in ("bulk.parquet", "response.parquet", "gene_sets.gmt", "cells.h5ad", "pairs.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (world / name).read_bytes(), name
    assert (tmp_path / "other" / "cells.h5ad").read_bytes() != (world / "cells.h5ad").read_bytes()


@pytest.mark.parametrize("kilobytes", [8, 1000])
@pytest.mark.parametrize("there", [True, False])
def test_of_a_world_that_does_not_fit_the_disk_nothing_is_left(
    tmp_path: Path, kilobytes: int, there: bool
) -> None:
    out = tmp_path / "world"
    if there:
        out.mkdir()
        (out / "notes.txt").write_text("mine")
    limit = f"ulimit -f {kilobytes}; exec {sys.executable} -m bulk2cell simulate --synthetic --sensitive-cells 2000"
    done = subprocess.run(["bash", "-c", f"{limit} --out {out}"], capture_output=True, check=False)
    assert done.returncode != 0
    assert [path.name for path in tmp_path.rglob("*")] == (["world", "notes.txt"] if there else [])


def test_a_file_of_a_persons_is_not_replaced_by_a_world(world: Path, tmp_path: Path) -> None:
    parameters = SimulateParameters(sensitive_cells=150, resistant_cells=150, depth=4000)
    (tmp_path / "pairs.csv").write_text("mine")
    with pytest.raises(InputError, match=r"pairs\.csv already exists with other content"):
        synthesise(tmp_path, parameters)
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.csv"]
    (tmp_path / "pairs.csv").write_bytes((world / "pairs.csv").read_bytes())
    (tmp_path / "notes.txt").write_text("mine")
    synthesise(tmp_path, parameters)
    made = [*(path.name for path in world.iterdir()), "notes.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(made)


def test_cells_of_another_seed_do_not_replace_the_first_ones(world: Path, tmp_path: Path) -> None:
    simulated(world, tmp_path / "cells.h5ad")
    before = (tmp_path / "cells.h5ad").read_bytes()
    with pytest.raises(InputError, match=r"cells\.h5ad already exists with other content"):
        simulated(world, tmp_path / "cells.h5ad", replace(PARAMETERS, simulation_seed=1))
    assert (tmp_path / "cells.h5ad").read_bytes() == before
    assert list(tmp_path.iterdir()) == [tmp_path / "cells.h5ad"]


def test_response_follows_the_planted_sets_alone(world: Path) -> None:
    bulk = pd.read_parquet(world / "bulk.parquet")
    auc = pd.read_parquet(world / "response.parquet").set_index("CELL_LINE_NAME")["AUC"]
    rows = [line.split("\t") for line in (world / "gene_sets.gmt").read_text().splitlines()]
    activity = pd.DataFrame({row[0]: bulk[row[2:]].mean(axis=1) for row in rows})
    correlation = activity.corrwith(auc, method="spearman")
    assert correlation[PLANTED[0]] < -0.5
    assert correlation[PLANTED[1]] > 0.5
    assert correlation.drop(list(PLANTED)).abs().max() < 0.25


def test_the_worlds_cells_come_from_lines_that_are_not_among_the_bulk(world: Path) -> None:
    cells = ad.read_h5ad(world / "cells.h5ad")
    assert not set(cells.obs["cell_line"]) & set(pd.read_parquet(world / "bulk.parquet").index)


def test_the_worlds_sheet_names_its_cells(world: Path) -> None:
    assert (world / "pairs.csv").read_text() == (
        "pair,drug,cells,label_column,sample_column,tag\n"
        "planted,Plantedmab,cells.h5ad,label,cell_line,simulated\n"
    )
    (pair,) = read_sample_sheet(world / "pairs.csv", world / "response.parquet")
    assert pair.cells == world / "cells.h5ad"
