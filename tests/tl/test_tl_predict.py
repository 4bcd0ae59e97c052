"""`tl.predict` gives the commands' probabilities to the bit, and changes what it says and nothing else."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from held import content

import bulk2cell as b2c
from bulk2cell.artefacts.weights import WEIGHTS_FILE
from bulk2cell.parameters import CellInput, PredictParameters
from bulk2cell.simulate.synthesise import DRUG
from bulk2cell.stages import predict
from bulk2cell.tl.annotation import choose_key
from bulk2cell.tl.model import Model

KEY = DRUG.lower()
COLUMNS = [f"bulk2cell_{KEY}_{name}" for name in ("probability", "call", "uncertain")]


@pytest.fixture(scope="module")
def expected(by_commands: Path, world: Path) -> "pd.DataFrame":
    out = by_commands / "predictions"
    predict(by_commands / "model", world / "cells.h5ad", out, CellInput(), PredictParameters())
    return pd.read_parquet(out / "predictions.parquet").set_index("cell")


def test_numbers_are_the_commands_and_nothing_else_is_changed(
    way: tuple[ad.AnnData, dict[str, Any]], model: Model, expected: pd.DataFrame
) -> None:
    adata, options = way
    before = content(adata)
    assert b2c.tl.predict(adata, model, **options) is None
    found = adata.obs[COLUMNS].set_axis(["probability", "call", "uncertain"], axis=1)
    assert np.array_equal(found["probability"], expected.loc[adata.obs_names, "probability"])
    assert (found["call"].astype(str) == expected.loc[adata.obs_names, "call"]).all()
    after = content(adata)
    written = {"uns bulk2cell", *(f"obs {name}" for name in COLUMNS)}
    assert set(after) - set(before) == written
    assert not after.pop("is_view")  # a change makes a view an AnnData of its own
    assert all(after[name] == before[name] for name in before if name != "is_view")


def test_where_they_come_from_stands_in_uns_and_survives_a_file(
    adata: ad.AnnData, model: Model, tmp_path: Path
) -> None:
    absent = model.scorer.genes[:2]
    adata = adata[:, ~adata.var_names.isin(absent)].copy()
    b2c.tl.predict(adata, model, threshold=0.4)
    adata.write_h5ad(tmp_path / "cells.h5ad")
    read = ad.read_h5ad(tmp_path / "cells.h5ad")
    for entry in (adata.uns["bulk2cell"][KEY], read.uns["bulk2cell"][KEY]):
        assert entry["drug"] == DRUG
        assert entry["digests"]["model"] == model.scorer.manifest.files[WEIGHTS_FILE]
        assert entry["versions"]["bulk2cell"] == b2c.__version__
        assert entry["parameters"]["threshold"] == 0.4
        assert entry["reading"] == {"scale": "counts", "matrix": "X", "gene_names": "index"}
        assert entry["width"] >= 0
        assert entry["genes"]["found"] == len(model.scorer.genes) - 2
        assert list(entry["genes"]["missing"]) == list(absent)
        assert list(entry["warnings"]) == []
    pd.testing.assert_frame_equal(read.obs[COLUMNS], adata.obs[COLUMNS])


def test_warnings_speak_of_arguments(adata: ad.AnnData, model: Model) -> None:
    adata.layers["counts"] = adata.X.copy()
    adata.X = np.log1p(adata.X.toarray())
    b2c.tl.predict(adata, model)
    (warning,) = adata.uns["bulk2cell"][KEY]["warnings"]
    assert "Declare layer= or use_raw= to choose" in warning


def test_another_drug_is_written_beside_the_first(
    adata: ad.AnnData, model: Model, by_commands: Path, tmp_path: Path
) -> None:
    other = of_drug(by_commands / "model", f"{DRUG}-", tmp_path)
    b2c.tl.predict(adata, model)
    first = adata.obs[COLUMNS].copy()
    b2c.tl.predict(adata, other)
    b2c.tl.predict(adata, other, key_added="mine")
    b2c.tl.predict(adata, model)  # over itself
    pd.testing.assert_frame_equal(adata.obs[COLUMNS], first)
    assert set(adata.uns["bulk2cell"]) == {KEY, f"{KEY}_2", "mine"}
    assert [name for name in adata.obs if name.endswith("probability")] == [
        f"bulk2cell_{key}_probability" for key in (KEY, f"{KEY}_2", "mine")
    ]


def of_drug(model: Path, drug: str, home: Path) -> Model:
    """Return a copy of a model that says it is of another drug."""
    from bulk2cell.artefacts.folder import save
    from bulk2cell.artefacts.model import read_model

    made = read_model(model)
    made.manifest.content["drug"] = drug
    save(made, home / "other")
    return b2c.open_model(home / "other")


@pytest.mark.parametrize(
    ("drug", "key"),
    [
        ("Erlotinib", "erlotinib"),
        ("5-Fluorouracil", "5_fluorouracil"),
        ("Nutlin-3a (-)", "nutlin_3a"),
        ("(5Z)-7-Oxozeaenol", "5z_7_oxozeaenol"),
        ("\u03b2", "drug"),
    ],
)
def test_a_drugs_name_becomes_a_columns(drug: str, key: str) -> None:
    assert choose_key({}, drug, None) == key
    assert choose_key({"bulk2cell": {key: {"drug": drug}}}, drug, None) == key
    assert choose_key({"bulk2cell": {key: {"drug": "another"}}}, drug, None) == f"{key}_2"


def test_a_view_of_a_backed_one_is_refused(model: Model, world: Path) -> None:
    view = ad.read_h5ad(world / "cells.h5ad", backed="r")[:5]
    with pytest.raises(b2c.errors.InputError, match=r"takes no columns; give adata.to_memory"):
        b2c.tl.predict(view, model)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key_added": "my drug"}, "key_added: 'my drug' has other characters"),
        ({"treshold": 0.5}, "unknown parameter 'treshold'"),
        ({"scale": "zscore"}, "adata: "),
        ({"min_gene_overlap": 2}, "min_gene_overlap: 2 is out of range"),
    ],
)
def test_an_error_is_one_line_and_changes_nothing(
    adata: ad.AnnData, model: Model, options: dict[str, Any], message: str
) -> None:
    before = content(adata)
    with pytest.raises(b2c.errors.Bulk2CellError, match=message) as raised:
        b2c.tl.predict(adata, model, **options)
    assert "\n" not in str(raised.value)
    assert content(adata) == before


def test_a_path_is_no_model_and_uns_of_others_is_kept(adata: ad.AnnData, model: Model) -> None:
    with pytest.raises(b2c.errors.InputError, match=r"model: 'model/' is no Model; .*open_model\(path\)"):
        b2c.tl.predict(adata, "model/")
    adata.uns["bulk2cell"] = "mine"
    with pytest.raises(b2c.errors.InputError, match="'mine', and not of this package"):
        b2c.tl.predict(adata, model)


def test_predicting_loads_neither_torch_nor_scanpy(by_commands: Path, world: Path) -> None:
    program = (
        "import sys, json, anndata, bulk2cell as b2c\n"
        f"adata = anndata.read_h5ad({str(world / 'cells.h5ad')!r})\n"
        "before = set(sys.modules)\n"
        f"b2c.tl.predict(adata, b2c.open_model({str(by_commands / 'model')!r}))\n"
        "slow = {'torch', 'scanpy', 'sklearn', 'matplotlib'} & (set(sys.modules) - before)\n"
        "print(json.dumps(sorted(slow)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
