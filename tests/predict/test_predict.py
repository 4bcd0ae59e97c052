import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.artefacts.manifest import read_manifest, sha256
from bulk2cell.artefacts.model import read_model
from bulk2cell.artefacts.predictions import read_predictions
from bulk2cell.artefacts.study import read_study
from bulk2cell.errors import ArtefactError, InputError
from bulk2cell.parameters import CellInput, PredictParameters
from bulk2cell.stages import predict
from made_up import forge

Score = Callable[..., "pd.Series[float]"]


def same_bits(first: "pd.Series[float]", second: "pd.Series[float]") -> bool:
    """Tell whether the cells of `second` have the same probabilities in `first`."""
    return bool((first.reindex(second.index) == second).all()) and len(second) > 0


def test_a_cell_has_the_same_probability_alone_in_another_order_and_in_another_batch(
    raw: ad.AnnData, score: Score
) -> None:
    whole = score(raw)
    assert whole.nunique() > 200
    for name in raw.obs_names[[0, 17, 299]]:
        assert same_bits(whole, score(raw[[name]].copy()))
    order = np.random.default_rng(0).permutation(raw.n_obs)
    assert same_bits(whole, score(raw[order].copy()))
    assert same_bits(whole, score(raw[order[:37]].copy()))


def test_a_cell_among_very_many_has_the_same_probability(raw: ad.AnnData, score: Score) -> None:
    copies = [raw.copy() for _ in range(5)]
    for number, copy in enumerate(copies):
        copy.obs_names = [f"{name}-{number}" for name in raw.obs_names]
    many = ad.concat([copies[1], raw, *copies[2:]])
    assert many.n_obs > 2 * 512
    scored = score(many)
    assert same_bits(scored, score(raw))
    for number in range(1, 5):
        again = scored[[f"{name}-{number}" for name in raw.obs_names]]
        assert (again.to_numpy() == scored[raw.obs_names].to_numpy()).all()


def test_the_studys_cells_and_the_raw_file_give_the_same_bits(
    tiny_study: Path, world: Path, score: Score
) -> None:
    from_study, from_file = score(tiny_study), score(world / "cells.h5ad")
    assert len(from_study) == len(from_file)
    assert same_bits(from_file, from_study)


def test_order_and_storage_of_genes_change_no_bit(raw: ad.AnnData, score: Score) -> None:
    whole = score(raw)
    order = np.random.default_rng(1).permutation(raw.n_vars)
    assert same_bits(whole, score(raw[:, order].copy()))
    dense = raw.copy()
    dense.X = dense.X.toarray()
    assert same_bits(whole, score(dense))
    columns = raw.copy()
    columns.X = sp.csc_matrix(columns.X).astype(np.int64)
    assert same_bits(whole, score(columns))


def test_a_table_gives_the_same_bits_as_an_h5ad(raw: ad.AnnData, tmp_path: Path, score: Score) -> None:
    raw.to_df().astype(int).T.to_csv(tmp_path / "cells.csv.gz")
    assert same_bits(score(raw), score(tmp_path / "cells.csv.gz"))


def test_predicting_twice_and_with_a_copied_model_writes_the_same_bytes(
    tiny_model: Path, world: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_model, tmp_path / "copy")
    digests = [
        sha256(predict(model, world / "cells.h5ad", tmp_path / f"{n}", CellInput(), PredictParameters()))
        for n, model in enumerate((tiny_model, tiny_model, tmp_path / "copy"))
    ]
    assert len(set(digests)) == 1


def test_missing_genes_are_filled_with_the_training_cells_mean_and_told(
    tiny_study: Path, tiny_model: Path, tmp_path: Path, score: Score
) -> None:
    cells, model = read_study(tiny_study).cells, read_model(tiny_model)
    missing = model.genes[3:60:2]
    filled = cells.copy()
    filled.X = filled.X.toarray()
    filled.X[:, cells.var_names.get_indexer(missing)] = model.scaling.cell_mean[3:60:2]
    lacking = cells[:, [gene for gene in cells.var_names if gene not in missing]].copy()
    scored = score(lacking, scale="log")
    assert score(filled, scale="log").to_numpy() == pytest.approx(scored.to_numpy(), abs=1e-5)
    assert score(cells).to_numpy() != pytest.approx(scored.to_numpy(), abs=1e-2)

    manifest = read_manifest(tmp_path / "predictions1", "predictions")
    assert manifest.content["genes"] == {
        "model": len(model.genes),
        "found": len(model.genes) - len(missing),
        "missing": missing,
    }
    (of_units,) = manifest.content["warnings"]
    assert "of which the file has only some genes" in of_units


def test_many_missing_genes_are_a_warning(tiny_study: Path, score: Score, tmp_path: Path) -> None:
    cells = read_study(tiny_study).cells
    score(cells[:, : int(cells.n_vars * 0.7)].copy())
    of_units, warning = read_manifest(tmp_path / "predictions1", "predictions").content["warnings"]
    assert "of which the file has only some genes" in of_units
    missing = cells.n_vars - int(cells.n_vars * 0.7)
    assert warning.startswith(f"{missing} of the model's {cells.n_vars} genes are missing")


def test_too_few_genes_are_refused_in_one_line(
    raw: ad.AnnData, tiny_model: Path, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    genes = read_model(tiny_model).genes
    others = [gene for gene in raw.var_names if gene not in genes]
    few = len(genes) // 2 - 1
    raw[:, [*others, *genes[:few]]].copy().write_h5ad(tmp_path / "few.h5ad")
    out = tmp_path / "predictions"
    ended = bulk2cell("predict", tiny_model, tmp_path / "few.h5ad", "--out", out)
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert f"{few} of the model's {len(genes)} genes" in ended.err
    assert not out.exists()
    least = str(few / len(genes) - 0.001)
    ended = bulk2cell("predict", tiny_model, tmp_path / "few.h5ad", "--out", out, "--min-gene-overlap", least)
    assert ended.code == 0
    assert ended.out == f"{out}\n"


def test_z_scores_are_refused_by_a_model_of_counts(raw: ad.AnnData, score: Score) -> None:
    scores = raw.copy()
    X = scores.X.toarray()
    scores.X = (X - X.mean(axis=0)) / (X.std(axis=0) + 1)
    with pytest.raises(InputError, match="scale 'zscore', the model was trained on 'counts'"):
        score(scores)


def test_a_study_of_z_scores_is_refused_too(
    raw: ad.AnnData, study_of: Callable[..., Path], tiny_model: Path, tmp_path: Path
) -> None:
    scores = raw.copy()
    X = scores.X.toarray()
    scores.X = (X - X.mean(axis=0)) / (X.std(axis=0) + 1)
    scores.write_h5ad(tmp_path / "scores.h5ad")
    study = study_of(tmp_path / "study", cells=tmp_path / "scores.h5ad")
    with pytest.raises(InputError, match="scale 'zscore', the model was trained on 'counts'"):
        predict(tiny_model, study, tmp_path / "out", CellInput(), PredictParameters())


def test_ensembl_ids_are_read_with_the_models_own_names(
    raw: ad.AnnData, world: Path, tmp_path: Path, study_of: Callable[..., Path], train_tiny: Any, score: Score
) -> None:
    ensembl = {gene: f"ENSG{number:011d}" for number, gene in enumerate(raw.var_names)}
    table = pd.DataFrame({"identifier": list(ensembl.values()), "symbol": list(ensembl)})
    symbols = pd.DataFrame({"identifier": list(ensembl), "symbol": list(ensembl)})
    pd.concat([table, symbols]).to_parquet(tmp_path / "gene_ids.parquet", index=False)
    study = study_of(tmp_path / "study", gene_ids=tmp_path / "gene_ids.parquet")
    model = train_tiny(study, tmp_path, pretrain_epochs=1, finetune_epochs=1)
    by_symbol = score(raw, model=model)
    renamed = raw.copy()
    renamed.var_names = [f"{ensembl[gene]}.7" for gene in raw.var_names]
    assert same_bits(by_symbol, score(renamed, model=model))
    with pytest.raises(InputError, match="none of its genes is known"):
        score(renamed)


def test_cells_nearer_to_the_threshold_than_the_models_width_are_uncertain(
    tiny_study: Path, tiny_model: Path, tmp_path: Path
) -> None:
    middle, width = 0.47, 0.08
    beyond = np.array([width, -width] * 3 + [width / 2, -width / 2] * 3)
    lines = {
        "log_odds": (beyond + np.log(middle / (1 - middle))).tolist(),
        "sensitive": [True, False] * 3 + [False, True] * 3,
    }
    model = shutil.copytree(tiny_model, tmp_path / "model")
    forge(model, "model", lambda facts: facts["content"].update(left_out_lines=lines))
    parameters = PredictParameters(threshold=middle, call_accuracy=0.7)
    made = read_predictions(predict(model, tiny_study, tmp_path / "p", CellInput(), parameters))
    table, manifest = made.table, made.manifest
    assert list(table.columns) == ["cell", "probability", "call"]
    assert table["probability"].between(0, 1).all()
    assert manifest.content["on_study"] is True
    assert manifest.content["width"] == pytest.approx(width)
    assert manifest.parameters["threshold"] == middle
    distance = np.log(table["probability"] / (1 - table["probability"])) - np.log(middle / (1 - middle))
    expected = np.where(distance.abs() < width, "uncertain", np.where(distance > 0, "sensitive", "resistant"))
    assert (table["call"] == expected).all()
    assert set(table["call"]) == {"sensitive", "resistant", "uncertain"}


def test_a_rate_that_no_line_reaches_leaves_every_cell_uncertain_and_says_so(
    tiny_model: Path, world: Path, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    out = tmp_path / "p"
    ended = bulk2cell("predict", tiny_model, world / "cells.h5ad", "--out", out, "--call-accuracy", "1")
    assert ended.code == 0, ended.err
    made = read_predictions(out)
    assert (made.table["call"] == "uncertain").all()
    assert made.manifest.content["width"] is None
    assert "300 (100%) are uncertain" in ended.out + ended.err
    assert "No cell is called" in ended.out + ended.err
    assert any("No cell is called" in warning for warning in made.manifest.content["warnings"])


def test_sensitive_lines_are_column_one(
    tiny_study: Path, tmp_path: Path, train_tiny: Callable[..., Path]
) -> None:
    """A model trained to an end gives sensitive bulk lines the higher probability, not the lower."""
    long = {"pretrain_epochs": 5, "finetune_epochs": 40, "finetune_min_epochs": 40, "learning_rate": 0.003}
    model = read_model(train_tiny(tiny_study, tmp_path, **long))
    assert model.manifest.content["validation"]["auroc"] > 0.9
    table = read_predictions(
        predict(tmp_path / "model", tiny_study, tmp_path / "p", CellInput(), PredictParameters())
    ).table.set_index("cell")
    labels = pd.read_parquet(tiny_study / "cell_labels.parquet").set_index("cell")["label"]
    means = table["probability"].groupby(labels).mean()
    assert means[1.0] > means[0.0] + 0.2


def test_a_file_is_written_back_with_its_predictions_and_nothing_else_changed(
    raw: ad.AnnData, tiny_model: Path, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    raw.obs["batch"] = pd.Categorical(["x", "y"] * 150)
    raw.layers["double"] = raw.X * 2
    raw.obsm["X_umap"] = np.arange(600.0).reshape(300, 2)
    raw.uns["note"] = "mine"
    raw = raw[::-1].copy()
    raw.write_h5ad(tmp_path / "mine.h5ad")
    before = sha256(tmp_path / "mine.h5ad")
    out = tmp_path / "predictions"
    ended = bulk2cell("predict", tiny_model, tmp_path / "mine.h5ad", "--out", out, "--annotated")
    assert ended.code == 0, ended.err
    assert sha256(tmp_path / "mine.h5ad") == before
    mine, table = ad.read_h5ad(out / "cells.h5ad"), read_predictions(out).table.set_index("cell")
    added = ["bulk2cell_probability", "bulk2cell_call"]
    assert list(mine.obs.columns) == [*raw.obs.columns, *added]
    assert (mine.obs["bulk2cell_probability"] == table["probability"].loc[mine.obs_names]).all()
    assert (mine.obs["bulk2cell_call"].astype(str) == table["call"].loc[mine.obs_names]).all()
    pd.testing.assert_frame_equal(mine.obs[list(raw.obs.columns)], raw.obs)
    pd.testing.assert_frame_equal(mine.var, raw.var)
    assert (mine.X != raw.X).nnz == 0
    assert (mine.layers["double"] != raw.layers["double"]).nnz == 0
    assert (mine.obsm["X_umap"] == raw.obsm["X_umap"]).all()
    assert mine.uns["note"] == "mine"
    assert set(mine.uns) == set(raw.uns)


def test_only_an_h5ad_can_be_written_back(tiny_model: Path, tiny_study: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="only an h5ad can be written back"):
        predict(tiny_model, tiny_study, tmp_path / "p", CellInput(), PredictParameters(), annotated=True)
    assert not (tmp_path / "p").exists()


def test_annotated_cells_that_go_with_older_predictions_are_told(
    tiny_model: Path, world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = tiny_model, world / "cells.h5ad", tmp_path / "out", CellInput(), PredictParameters()
    out = predict(*given, annotated=True)
    capsys.readouterr()
    predict(*given)
    assert (
        f"{out}: replaced; the older predictions also had cells.h5ad, now deleted\n"
        in capsys.readouterr().err
    )
    assert sorted(path.name for path in out.iterdir()) == ["predictions.json", "predictions.parquet"]


def test_annotated_cells_that_a_person_worked_on_are_kept(
    tiny_model: Path, world: Path, tmp_path: Path
) -> None:
    given = tiny_model, world / "cells.h5ad", tmp_path / "out", CellInput(), PredictParameters()
    cells = predict(*given, annotated=True) / "cells.h5ad"
    with h5py.File(cells, "r+") as file:
        file["uns"].attrs["clusters"] = "mine"
    before = sha256(tmp_path)
    with pytest.raises(ArtefactError, match=r"cells\.h5ad has been changed since it was written"):
        predict(*given)
    assert sha256(tmp_path) == before


def test_labels_of_a_study_are_no_input_of_its_predictions(
    tiny_model: Path, tiny_study: Path, tmp_path: Path
) -> None:
    predict(tiny_model, tiny_study, tmp_path / "p", CellInput(), PredictParameters())
    manifest = read_manifest(tmp_path / "p", "predictions")
    assert manifest.inputs["cells"] == sha256(tiny_study / "cells.h5ad")


def test_an_encoder_cannot_predict(tiny_encoder: Path, tiny_study: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="expected a model, found an encoder"):
        predict(tiny_encoder, tiny_study, tmp_path / "p", CellInput(), PredictParameters())
