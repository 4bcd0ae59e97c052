from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.artefacts.cell_model import read_cell_model
from bulk2cell.artefacts.folder import save
from bulk2cell.artefacts.screen import GENERAL, Screen, read_probabilities, read_screen
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import (
    CellInput,
    CellLabels,
    LossParameters,
    NetworkParameters,
    PredictParameters,
    ScreenParameters,
    StudyParameters,
    TrainParameters,
)
from bulk2cell.preprocess.reference import open_reference
from bulk2cell.preprocess.sources import Sources
from bulk2cell.screen.screen import CLUSTERS, screen
from bulk2cell.simulate.synthesise import DRUG
from bulk2cell.stages import finetune, predict, preprocess, pretrain

STUDY = StudyParameters(hvg=100)
BY_LABEL = ScreenParameters(group_column="label", screen_sample_column="cell_line", screen_permutations=200)
UNRELATED = [f"Unrelated {number}" for number in range(12)]


@pytest.fixture(scope="module")
def response(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the world's response, its drug in a second release as well, and of drugs that nothing explains."""
    table = pd.read_parquet(world / "response.parquet")
    random = np.random.default_rng(0)
    others = [table.assign(DRUG_NAME=name, AUC=random.random(len(table))) for name in UNRELATED]
    earlier = table.assign(DATASET="GDSC1", AUC=table["AUC"] + random.normal(0, 0.05, len(table)))
    few = table.assign(DRUG_NAME="Hardly tried")[:10]
    path = tmp_path_factory.mktemp("response") / "response.parquet"
    pd.concat([table, earlier, few, *others]).to_parquet(path)
    return path


@pytest.fixture(scope="module")
def screen_of(world: Path, response: Path) -> Callable[..., Screen]:
    """Screen cells of the world; keywords replace what is given."""
    reference = open_reference(world / "bulk.parquet", response)

    def make(
        cells: Path = world / "cells.h5ad", parameters: ScreenParameters = BY_LABEL, **more: Any
    ) -> Screen:
        with open_cells(cells, CellInput(), reference.known_names()) as file:
            return screen(file, "0" * 64, reference, parameters, CellInput(), STUDY, **more)

    return make


@pytest.fixture(scope="module")
def made(screen_of: Callable[..., Screen]) -> Screen:
    """Return the screen of the world's cells, grouped by their labels."""
    return screen_of()


def test_a_column_is_what_a_model_of_the_drug_predicts(
    world: Path, response: Path, made: Screen, tmp_path: Path
) -> None:
    sources = Sources(
        world / "bulk.parquet", response, world / "cells.h5ad", world / "gene_sets.gmt", None, None
    )
    network, losses, training = NetworkParameters(), LossParameters(), TrainParameters(device="cpu")
    for drug in (DRUG, UNRELATED[0]):
        home = tmp_path / drug
        study = preprocess(sources, "p", drug, home / "study", [], "", CellInput(), CellLabels(), STUDY)
        encoder = pretrain(study, home / "encoder", network, losses, training)
        model = finetune(study, encoder, home / "model", losses, training)
        predict(model, world / "cells.h5ad", home / "out", CellInput(), PredictParameters())
        expected = pd.read_parquet(home / "out" / "predictions.parquet")
        column = list(made.drugs["drug"]).index(drug)
        assert list(expected["cell"]) == list(made.cell_groups["cell"])
        found = made.probabilities(slice(None))[:, column]
        np.testing.assert_allclose(found, expected["probability"], atol=2e-4)
        weights = read_cell_model(model)
        cells = ad.read_h5ad(study / "cells.h5ad")[:, weights.genes]
        z = (cells.to_df() - weights.mean) / weights.std
        label = made.cell_groups.set_index("cell")["group"]
        means = z.groupby(label.loc[z.index].to_numpy()).mean() @ weights.layers[0][0][:, 0]
        own = made.groups.query("by == 'label' and drug == @drug").set_index("group")["unreduced"]
        np.testing.assert_allclose(own, means[own.index], rtol=5e-3, atol=1e-3)


def test_the_planted_drug_is_found_with_its_group_and_unrelated_ones_are_not(made: Screen) -> None:
    drugs = made.drugs.set_index("drug")
    groups = made.groups.query("by == 'label' and drug != @GENERAL").set_index(["drug", "group"])
    assert groups.loc[(DRUG, "sensitive"), "fdr"] < 0.05
    assert groups.loc[(DRUG, "sensitive"), "contrast"] > 0 > groups.loc[(DRUG, "resistant"), "contrast"]
    assert (groups.drop(DRUG, level="drug")["fdr"] > 0.05).all()
    assert drugs.loc[DRUG, "grade"] == "strong"
    assert drugs.loc[DRUG, "best_group"] == "sensitive"
    assert drugs.index[drugs["suggested"]].tolist() == [DRUG]
    assert drugs.loc[UNRELATED, "expected_auroc"].max() < drugs.loc[DRUG, "expected_auroc"]


def test_shares_lie_in_their_intervals_and_follow_the_calls(made: Screen) -> None:
    groups = made.groups.query("by == 'label' and drug == @DRUG").set_index("group")
    column = list(made.drugs["drug"]).index(DRUG)
    sensitive = pd.Series(made.probabilities(slice(None))[:, column] >= 0.5)
    expected = sensitive.groupby(made.cell_groups["group"]).mean()
    np.testing.assert_allclose(groups["share_sensitive"], expected[groups.index])
    assert (groups["share_low"] <= groups["share_sensitive"]).all()
    assert (groups["share_sensitive"] <= groups["share_high"]).all()


def test_every_drug_says_what_it_is_and_how_its_releases_agree(made: Screen) -> None:
    drugs = made.drugs.set_index("drug")
    assert drugs.index.tolist() == sorted([DRUG, *UNRELATED], key=str.lower)
    assert drugs.loc[DRUG, "release"] == "GDSC2"
    assert drugs.loc[DRUG, "other_release"] == "GDSC1"
    assert drugs.loc[DRUG, "agreement"] > 0.9
    assert drugs.loc[UNRELATED, "agreement"].isna().all()
    assert any("Hardly tried" in text for text in made.manifest.content["warnings"])


def test_general_sensitivity_has_rows_of_its_own(made: Screen) -> None:
    rows = made.groups[made.groups["drug"] == GENERAL]
    assert set(zip(rows["by"], rows["group"], strict=True)) >= {
        ("label", "sensitive"),
        ("label", "resistant"),
    }
    assert rows["score"].notna().all()
    assert rows[["p", "fdr", "share_sensitive", "specific", "unreduced"]].isna().all(axis=None)


def test_chosen_drugs_have_the_numbers_that_they_have_among_all(
    made: Screen, screen_of: Callable[..., Screen]
) -> None:
    some = screen_of(drugs=[DRUG.lower()])
    assert some.drugs["drug"].tolist() == [DRUG]
    alone = some.groups[some.groups["drug"] == DRUG].drop(columns="fdr").reset_index(drop=True)
    among = made.groups[made.groups["drug"] == DRUG].drop(columns="fdr").reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, among)


def test_lines_of_the_target_are_not_learnt_from(
    made: Screen, screen_of: Callable[..., Screen], world: Path
) -> None:
    line = pd.read_parquet(world / "bulk.parquet").index[0]
    without = screen_of(exclude_lines=[line.lower(), "nobody"])
    assert without.manifest.content["lines"] == made.manifest.content["lines"] - 1
    assert (without.drugs["lines"] == made.drugs["lines"] - 1).all()
    warnings = " ".join(without.manifest.content["warnings"])
    assert "nobody" in warnings
    assert line.lower() not in warnings


def test_cells_of_low_quality_are_scored_and_count_in_no_group(
    screen_of: Callable[..., Screen], world: Path, tmp_path: Path
) -> None:
    cells = ad.read_h5ad(world / "cells.h5ad")
    cells.X = sp.csr_matrix(sp.diags((np.arange(cells.n_obs) >= 5).astype(np.float32)) @ cells.X)
    cells.write_h5ad(tmp_path / "cells.h5ad")
    found = screen_of(tmp_path / "cells.h5ad")
    counted = found.groups.query("by == 'label' and drug == @DRUG")["cells"].sum()
    assert counted == found.manifest.content["cells"]["kept"] == cells.n_obs - 5
    assert np.isfinite(found.probabilities(slice(None))).all()


def test_without_a_column_cells_are_clustered(screen_of: Callable[..., Screen], world: Path) -> None:
    found = screen_of(parameters=replace(BY_LABEL, group_column="", screen_sample_column=""))
    assert set(found.groups["by"]) == {CLUSTERS}
    label = ad.read_h5ad(world / "cells.h5ad").obs["label"].to_numpy()
    table = pd.crosstab(found.cell_groups["group"], label)
    assert (table.max(axis=1) / table.sum(axis=1)).mean() > 0.9
    assert found.cell_groups["sample"].isna().all()


def test_groups_may_be_the_samples(screen_of: Callable[..., Screen]) -> None:
    found = screen_of(parameters=replace(BY_LABEL, group_column="cell_line"))
    assert list(found.cell_groups["group"]) == list(found.cell_groups["sample"])
    assert set(found.groups["by"]) == {"cell_line"}


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        (ScreenParameters(group_column="good"), "no cell with enough genes has a value in column 'good'"),
        (ScreenParameters(screen_sample_column=CLUSTERS), "name of the clusters"),
    ],
)
def test_columns_that_group_no_cell_or_hide_the_clusters_are_refused(
    screen_of: Callable[..., Screen],
    world: Path,
    tmp_path: Path,
    parameters: ScreenParameters,
    said: str,
) -> None:
    cells = ad.read_h5ad(world / "cells.h5ad")
    poor = np.arange(cells.n_obs) < 5
    cells.X = sp.csr_matrix(sp.diags((~poor).astype(np.float32)) @ cells.X)
    cells.obs["good"] = np.where(poor, "yes", None)
    cells.obs[CLUSTERS] = "1"
    cells.write_h5ad(tmp_path / "cells.h5ad")
    with pytest.raises(InputError, match=said):
        screen_of(tmp_path / "cells.h5ad", parameters=parameters)


def test_few_cells_are_screened(screen_of: Callable[..., Screen], world: Path, tmp_path: Path) -> None:
    ad.read_h5ad(world / "cells.h5ad")[:6].copy().write_h5ad(tmp_path / "cells.h5ad")
    found = screen_of(tmp_path / "cells.h5ad", parameters=ScreenParameters(screen_permutations=200))
    assert found.probabilities(slice(None)).shape == (6, len(found.drugs))
    assert found.cell_groups["group"].notna().all()


def test_what_is_saved_is_what_was_made(made: Screen, tmp_path: Path) -> None:
    save(made, tmp_path / "screen")
    read = read_screen(tmp_path / "screen")
    for name in ("drugs", "groups", "cell_groups"):
        pd.testing.assert_frame_equal(getattr(read, name), getattr(made, name), check_dtype=False)
    probabilities = read_probabilities(read, [DRUG])
    assert probabilities[DRUG].dtype == np.float32
    column = list(made.drugs["drug"]).index(DRUG)
    np.testing.assert_array_equal(probabilities[DRUG], made.probabilities(slice(None))[:, column])
    assert (tmp_path / "screen" / "groups.csv").read_text().startswith("by,group,drug,cells,score")


def test_the_same_seed_gives_the_same_bytes(screen_of: Callable[..., Screen], tmp_path: Path) -> None:
    for name in ("one", "two"):
        save(screen_of(), tmp_path / name)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--group-column", "nobody"], "no column 'nobody' in obs"),
        (["--drugs", "Nosuchmab"], "no drug named 'Nosuchmab'"),
        (["--drugs", "Hardly tried"], "Hardly tried has too few labelled lines"),
        (["--reference", "."], "no gdsc_expression.parquet and no gdsc_response.parquet"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_written(
    bulk2cell: Callable[..., Any], world: Path, response: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    given = ["--bulk", world / "bulk.parquet", "--response", response] if "--reference" not in words else []
    ended = bulk2cell("screen", world / "cells.h5ad", *given, *words, "--hvg", 100, "--out", tmp_path / "out")
    assert ended.code == 2
    assert said in ended.err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_the_command_says_how_far_to_trust_the_drugs(
    bulk2cell: Callable[..., Any], world: Path, response: Path, tmp_path: Path
) -> None:
    ended = bulk2cell(
        *("screen", world / "cells.h5ad", "--bulk", world / "bulk.parquet", "--response", response),
        *("--hvg", 100, "--group-column", "label", "--permutations", 200, "--out", tmp_path / "out"),
    )
    assert ended.code == 0
    assert ended.out.strip() == str(tmp_path / "out")
    assert "trust: 1 strong" in ended.err
    assert f"{DRUG} (sensitive)" in ended.err
    assert read_screen(tmp_path / "out").manifest.kind == "screen"
