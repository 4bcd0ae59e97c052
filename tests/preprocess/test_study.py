import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.io
import scipy.sparse as sp

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.study import LABELS_FILE, read_cell_labels, read_study
from bulk2cell.cells import cell_file, h5ad_blocks
from bulk2cell.errors import ArtefactError, InputError
from bulk2cell.parameters import CellInput, CellLabels, StudyParameters
from bulk2cell.preprocess.study import Sources, preprocess_inputs, preprocess_parameters
from bulk2cell.simulate.synthesise import DRUG

MakeStudy = Callable[..., Path]


def files(study: Path) -> dict[str, str]:
    return dict(read_manifest(study, "study").files)


def test_a_study_holds_what_it_promises(make_study: MakeStudy, raw_cells: ad.AnnData, world: Path) -> None:
    study = read_study(make_study())
    assert list(study.cells.var_names) == list(study.bulk.var_names) == sorted(study.bulk.var_names)
    assert 100 < study.cells.n_vars < 200
    assert list(study.cells.obs.columns) == ["n_counts", "n_genes"]
    assert list(study.bulk.obs.columns) == ["response", "label", "split"]
    assert dict(study.cells.uns) == {}
    totals = raw_cells.X.sum(axis=1).A1
    assert study.cells.obs["n_counts"].to_numpy() == pytest.approx(totals[raw_cells.obs_names.argsort()])
    gene = study.cells.var_names[0]
    raw = (
        raw_cells[study.cells.obs_names, gene].X.toarray().ravel()
        / study.cells.obs["n_counts"].to_numpy()
        * 1e4
    )
    assert study.cells[:, gene].X.toarray().ravel() == pytest.approx(np.log1p(raw), rel=1e-5)
    log2 = pd.read_parquet(world / "bulk.parquet").loc[study.bulk.obs_names, gene]
    assert study.bulk[:, gene].X.ravel() == pytest.approx(log2.to_numpy() * np.log(2), rel=1e-5)
    assert set(study.pathways["gene"]) <= set(study.cells.var_names)
    assert study.gene_ids["identifier"].tolist() == list(study.cells.var_names)
    facts = study.manifest.content
    assert facts["drug"] == DRUG
    assert facts["simulated"] is True
    assert facts["scale"] == {"bulk": "log2, times ln 2", "cells": "counts"}
    assert [step["after"] for step in facts["kept"]][-2:] == [
        study.cells.n_vars,
        study.pathways["set"].nunique(),
    ]


def test_labels_stand_apart(make_study: MakeStudy, raw_cells: ad.AnnData) -> None:
    labels = read_cell_labels(make_study()).set_index("cell")
    truth = raw_cells.obs.loc[labels.index]
    assert (labels["label"] == (truth["label"] == "sensitive")).all()
    assert (labels["sample"] == truth["cell_line"].astype(str)).all()


def test_labels_of_noise_change_nothing_else(
    make_study: MakeStudy, raw_cells: ad.AnnData, tmp_path: Path
) -> None:
    noise = raw_cells.copy()
    noise.obs["label"] = np.random.default_rng(5).choice(
        ["sensitive", "resistant"], noise.n_obs, p=[0.9, 0.1]
    )
    noise.write_h5ad(tmp_path / "noise.h5ad")
    true, false = make_study("true"), make_study("false", cells=tmp_path / "noise.h5ad")
    changed = {name for name, digest in files(true).items() if files(false)[name] != digest}
    assert changed == {LABELS_FILE}
    assert read_manifest(true, "study").content == read_manifest(false, "study").content


def test_without_labels_the_study_is_the_same_but_for_them(make_study: MakeStudy) -> None:
    with_labels, without = make_study("with"), make_study("without", cell_labels=CellLabels())
    assert read_cell_labels(without)["label"].isna().all()
    assert {name for name in files(without) if files(without)[name] != files(with_labels)[name]} == {
        LABELS_FILE
    }


def test_the_order_of_rows_and_columns_changes_no_bit(
    make_study: MakeStudy, raw_cells: ad.AnnData, world: Path, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    shuffled = raw_cells[rng.permutation(raw_cells.n_obs), rng.permutation(raw_cells.n_vars)].copy()
    shuffled.write_h5ad(tmp_path / "cells.h5ad")
    bulk = (
        pd.read_parquet(world / "bulk.parquet")
        .sample(frac=1, random_state=1)
        .sample(frac=1, axis=1, random_state=2)
    )
    bulk.to_parquet(tmp_path / "bulk.parquet")
    pd.read_parquet(world / "response.parquet").sample(frac=1, random_state=3).to_parquet(
        tmp_path / "response.parquet"
    )
    lines = (world / "gene_sets.gmt").read_text().splitlines()
    (tmp_path / "gene_sets.gmt").write_text("\n".join(reversed(lines)))
    once = make_study("once")
    again = make_study(
        "again",
        cells=tmp_path / "cells.h5ad",
        bulk=tmp_path / "bulk.parquet",
        response=tmp_path / "response.parquet",
        gene_sets=tmp_path / "gene_sets.gmt",
    )
    assert files(once) == files(again)
    assert read_manifest(once, "study").content == read_manifest(again, "study").content


@pytest.mark.parametrize("step", [1, 7, 299])
def test_where_blocks_end_changes_no_bit(
    make_study: MakeStudy, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    whole = make_study("whole")
    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", step)
    assert files(make_study("blocks")) == files(whole)


def test_cells_are_read_twice_and_a_block_at_a_time(
    make_study: MakeStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    block_of = h5ad_blocks.csr_block

    def counting(X: h5py.Group) -> Callable[[int, int], cell_file.Block]:
        block = block_of(X)

        def read_block(start: int, stop: int) -> cell_file.Block:
            read.append(stop - start)
            return block(start, stop)

        return read_block

    monkeypatch.setattr(cell_file, "MOST_CELLS_AT_ONCE", 50)
    monkeypatch.setattr(h5ad_blocks, "csr_block", counting)
    make_study()
    assert set(read) == {50}
    assert len(read) == 2 + 2 * 6  # the first block shows features that are no genes, and the likely scale


def write_10x_h5(counts: pd.DataFrame, path: Path) -> None:
    matrix = sp.csr_matrix(counts.to_numpy())
    with h5py.File(path, "w") as file:
        group = file.create_group("matrix")
        group["barcodes"] = counts.index.to_numpy().astype("S")
        group["data"], group["indices"], group["indptr"] = matrix.data, matrix.indices, matrix.indptr
        group["shape"] = counts.shape[::-1]
        features = group.create_group("features")
        features["id"] = np.array([f"ENSG{i:011d}" for i in range(counts.shape[1])]).astype("S")
        features["name"] = counts.columns.to_numpy().astype("S")
        features["feature_type"] = np.array(["Gene Expression"] * counts.shape[1]).astype("S")
        features["genome"] = np.array(["GRCh38"] * counts.shape[1]).astype("S")


def write_mtx(counts: pd.DataFrame, folder: Path, version: int) -> None:
    folder.mkdir()
    scipy.io.mmwrite(folder / "matrix.mtx", sp.csc_matrix(counts.to_numpy().T))
    rows = [
        f"ENSG{i:011d}\t{gene}" + "\tGene Expression" * (version == 3)
        for i, gene in enumerate(counts.columns)
    ]
    names = {"genes.tsv" if version == 2 else "features.tsv": rows, "barcodes.tsv": list(counts.index)}
    for name, lines in names.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    if version == 3:
        for file in list(folder.iterdir()):
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
            file.unlink()


def test_the_same_cells_in_any_format_make_the_same_study(
    make_study: MakeStudy, raw_cells: ad.AnnData, counts: pd.DataFrame, tmp_path: Path
) -> None:
    raw_cells.obs.to_csv(tmp_path / "labels.csv")
    ad.AnnData(counts.astype(float)).write_h5ad(tmp_path / "dense.h5ad")
    write_10x_h5(counts, tmp_path / "10x.h5")
    write_mtx(counts, tmp_path / "mtx2", version=2)
    write_mtx(counts, tmp_path / "mtx3", version=3)
    counts.to_csv(tmp_path / "cells_by_genes.csv")
    counts.T.to_csv(tmp_path / "genes_by_cells.tsv.gz", sep="\t")
    counts.assign(label=raw_cells.obs["label"].astype(str)).to_parquet(tmp_path / "cells_by_genes.parquet")
    counts.T.to_parquet(tmp_path / "genes_by_cells.parquet")
    made = {}
    for path in sorted(tmp_path.iterdir()):
        if path.name != "labels.csv":
            made[path.name] = files(
                make_study(
                    f"study_{path.name}",
                    cells=path,
                    labels=tmp_path / "labels.csv",
                    cell_labels=CellLabels(label_column="label", sample_column="cell_line"),
                    exclude_lines=("LINE000",),
                )
            )
    assert len(made) == 8
    assert len({json.dumps(digests) for digests in made.values()}) == 1


def test_excluded_and_simulated_lines_are_not_in_the_bulk(
    make_study: MakeStudy, raw_cells: ad.AnnData, tmp_path: Path
) -> None:
    leaky = raw_cells.copy()
    leaky.uns["bulk2cell_simulated"] = {"lines": ["LINE005", "LINE006"]}
    leaky.write_h5ad(tmp_path / "leaky.h5ad")
    study = read_study(make_study(cells=tmp_path / "leaky.h5ad", exclude_lines=("line-007", "HeLa")))
    assert not {"LINE005", "LINE006", "LINE007"} & set(study.bulk.obs_names)
    assert "LINE008" in study.bulk.obs_names
    excluded = study.manifest.content["excluded_lines"]
    assert sorted(excluded["removed"]) == ["LINE005", "LINE006", "line-007"]
    assert excluded["not_in_source"] == ["HeLa"]
    assert any("HeLa" in warning for warning in study.manifest.content["warnings"])


def test_z_scored_cells_are_used_as_they_are(
    make_study: MakeStudy, counts: pd.DataFrame, tmp_path: Path
) -> None:
    log = np.log1p(counts)
    z = ((log - log.mean()) / (log.std() + 0.1)).astype(np.float32)
    z.to_parquet(tmp_path / "z.parquet")
    study = read_study(make_study(cells=tmp_path / "z.parquet", cell_labels=CellLabels()))
    assert study.cells.n_vars == 100
    assert pytest.approx(z.loc[study.cells.obs_names, study.cells.var_names].to_numpy()) == study.cells.X
    assert study.cells.obs["n_counts"].isna().all()
    assert "bulk lines alone" in study.manifest.content["warnings"][0]


def test_old_names_join_where_the_table_knows_them(
    make_study: MakeStudy, counts: pd.DataFrame, world: Path, tmp_path: Path
) -> None:
    old = {gene: f"OLD{gene}" for gene in counts.columns[:50]}
    pd.DataFrame({"symbol": list(old), "alias": list(old.values())}).to_csv(tmp_path / "ids.csv", index=False)
    counts.rename(columns=old).to_parquet(tmp_path / "cells.parquet")
    sets = (world / "gene_sets.gmt").read_text()
    for gene, name in old.items():
        sets = sets.replace(gene, name)
    (tmp_path / "gene_sets.gmt").write_text(sets)
    changed = make_study(
        "changed",
        cells=tmp_path / "cells.parquet",
        gene_sets=tmp_path / "gene_sets.gmt",
        gene_ids=tmp_path / "ids.csv",
        cell_labels=CellLabels(),
    )
    plain = make_study("plain", cell_labels=CellLabels())
    for name in ("cells.h5ad", "bulk.h5ad", "pathways.parquet"):
        assert files(changed)[name] == files(plain)[name]
    names = read_study(changed).gene_ids.set_index("identifier")["symbol"]
    gene = next(gene for gene in old if gene in read_study(changed).cells.var_names)
    assert names[old[gene]] == gene


def test_the_manifest_holds_what_the_study_was_made_from(make_study: MakeStudy, world: Path) -> None:
    manifest = read_manifest(make_study(exclude_lines=("LINE001",)), "study")
    sources = Sources(
        *(world / name for name in ("bulk.parquet", "response.parquet", "cells.h5ad", "gene_sets.gmt"))
    )
    labels = CellLabels(label_column="label", sample_column="cell_line")
    stated = preprocess_parameters(
        "world", DRUG, ("LINE001",), "simulated", CellInput(), labels, StudyParameters(hvg=100)
    )
    assert manifest.parameters == stated
    assert manifest.inputs == preprocess_inputs(sources)


def test_a_folder_of_something_else_is_not_replaced(make_study: MakeStudy, tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "thesis.txt").write_text("mine")
    with pytest.raises(ArtefactError, match="not a study"):
        make_study()
    assert (tmp_path / "study" / "thesis.txt").read_text() == "mine"


def test_a_failed_second_try_leaves_the_first_study(
    make_study: MakeStudy, world: Path, tmp_path: Path
) -> None:
    before = files(make_study())
    shutil.copy(world / "cells.h5ad", tmp_path / "cut.h5ad")
    with (tmp_path / "cut.h5ad").open("r+b") as file:
        file.truncate(5000)
    with pytest.raises(InputError):
        make_study(cells=tmp_path / "cut.h5ad")
    assert files(tmp_path / "study") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.h5ad", "study"]


def test_an_old_symbol_in_lines_and_cells_becomes_the_current_one(
    world: Path, study_of: Callable[..., Path], tmp_path: Path
) -> None:
    old = {"GENE0003": "OLD3", "GENE0005": "OLD5"}
    pd.read_parquet(world / "bulk.parquet").rename(columns=old).to_parquet(tmp_path / "bulk.parquet")
    cells = ad.read_h5ad(world / "cells.h5ad")
    cells.var_names = [old.get(name, name) for name in cells.var_names]
    cells.write_h5ad(tmp_path / "cells.h5ad")
    pd.DataFrame({"identifier": old.values(), "symbol": old.keys()}).to_csv(tmp_path / "ids.csv", index=False)
    files = {
        "bulk": tmp_path / "bulk.parquet",
        "cells": tmp_path / "cells.h5ad",
        "gene_ids": tmp_path / "ids.csv",
    }
    renamed, plain = read_study(study_of(tmp_path / "a", **files)), read_study(study_of(tmp_path / "b"))
    assert list(renamed.cells.var_names) == list(plain.cells.var_names)
    assert (renamed.cells.X != plain.cells.X).nnz == 0
