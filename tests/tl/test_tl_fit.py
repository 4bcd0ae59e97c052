"""`tl.fit` makes the commands' model to the bit, and leaves cells and process as they were."""

import gc
import os
import random
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pytest
import torch
from held import content

import bulk2cell as b2c
from bulk2cell.preprocess.reference import Reference
from bulk2cell.simulate.synthesise import DRUG


def fit(adata: ad.AnnData, reference: Reference, **options: Any) -> Any:
    return b2c.tl.fit(adata, reference, DRUG, **{"hvg": 100, **options})


def test_the_model_is_the_commands_to_the_bit(
    way: tuple[ad.AnnData, dict[str, Any]], reference: Reference, by_commands: Path, tmp_path: Path
) -> None:
    adata, options = way
    before = content(adata)
    made = fit(adata, reference, sample_key="cell_line", **options).save(tmp_path / "model")
    for file in ("weights.safetensors", "history.parquet", "pathways.parquet", "gene_ids.parquet"):
        assert (made / file).read_bytes() == (by_commands / "model" / file).read_bytes()
    if adata.raw is None and not adata.layers and not adata.is_view:
        assert (made / "model.json").read_bytes() == (by_commands / "model" / "model.json").read_bytes()
    assert content(adata) == before


def test_random_numbers_and_settings_of_the_process_stay(adata: ad.AnnData, reference: Reference) -> None:
    random.seed(3)
    np.random.seed(3)  # noqa: NPY002
    torch.manual_seed(3)
    mode = torch.get_deterministic_debug_mode()
    expected = random.random(), np.random.random(), torch.rand(1).item()  # noqa: NPY002
    random.seed(3)
    np.random.seed(3)  # noqa: NPY002
    torch.manual_seed(3)
    environment = dict(os.environ)
    fit(adata, reference)
    assert dict(os.environ) == environment
    assert (random.random(), np.random.random(), torch.rand(1).item()) == expected  # noqa: NPY002
    assert torch.get_deterministic_debug_mode() == mode


def test_files_of_a_model_go_with_it(adata: ad.AnnData, reference: Reference) -> None:
    model = fit(adata, reference)
    folder = model.folder
    assert folder.is_dir()
    del model
    gc.collect()
    assert not folder.exists()


def test_lines_are_left_out_and_samples_that_are_lines_are_told(
    adata: ad.AnnData, reference: Reference, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = reference.bulk.expression.obs_names
    adata.obs["from"] = [lines[0], lines[1]] * (adata.n_obs // 2)
    model = fit(adata, reference, exclude_lines=lines[0], sample_key="from")
    assert model.scorer.manifest.content["study"]["excluded_lines"]["removed"] == [lines[0]]
    assert f"called as bulk lines which are learnt from: 1 ({lines[1]})" in capsys.readouterr().err


def test_the_declared_column_names_the_genes(
    adata: ad.AnnData, reference: Reference, by_commands: Path
) -> None:
    adata.var["mine"] = adata.var_names.to_numpy()
    adata.var_names = [f"feature{number}" for number in range(adata.n_vars)]
    model = fit(adata, reference, gene_symbols="mine")
    weights = "weights.safetensors"
    assert (model.folder / weights).read_bytes() == (by_commands / "model" / weights).read_bytes()
    assert model.scorer.manifest.content["study"]["reading"]["gene_names"] == "mine"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hvgs": 10}, "unknown parameter 'hvgs'; known are .*hvg"),
        ({"hvg": 0}, "hvg: 0 is out of range"),
        ({"strategy": "magic"}, "strategy: 'magic' is not one of"),
        ({"layer": "none"}, "adata: there is no layers/none"),
        ({"sample_key": "nope"}, "adata: no column nope for the cells; sample_key= can be"),
        ({"min_genes_per_cell": 1000}, "lower min_genes_per_cell= or min_cells_per_gene="),
        ({"regime": "C", "shots": 5}, "shots"),
    ],
)
def test_what_cannot_be_used_is_one_line(
    adata: ad.AnnData, reference: Reference, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(b2c.errors.Bulk2CellError, match=message) as raised:
        fit(adata, reference, **options)
    assert "\n" not in str(raised.value)
    assert "--" not in str(raised.value)


def test_drugs_references_and_cells_of_another_kind_are_told(adata: ad.AnnData, reference: Reference) -> None:
    with pytest.raises(b2c.errors.InputError, match="Nosuchdrug"):
        b2c.tl.fit(adata, reference, "Nosuchdrug")
    with pytest.raises(b2c.errors.InputError, match=r"reference: 'gdsc' is no Reference; open it by"):
        b2c.tl.fit(adata, "gdsc", DRUG)
    with pytest.raises(b2c.errors.InputError, match=r"adata: 'cells.h5ad' is no AnnData; read a file by"):
        b2c.tl.fit("cells.h5ad", reference, DRUG)
