"""The worked example of docs/library.md runs as it stands, and its tables name what there is."""

import re
from pathlib import Path

import anndata as ad
import pandas as pd
import pytest

import bulk2cell as b2c
from bulk2cell.preprocess.reference import FETCHED

DOCUMENT = (Path(__file__).parents[1] / "docs" / "library.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(world: Path, tmp_path: Path) -> Path:
    """The world as the example has it: a folder of reference data, and cells with samples and labels."""
    (tmp_path / "reference").mkdir()
    response = pd.read_parquet(world / "response.parquet").assign(DRUG_NAME="Erlotinib")
    response.to_parquet(tmp_path / "reference" / FETCHED["response"])
    for name, file in (("bulk", "bulk.parquet"), ("gene_sets", "gene_sets.gmt")):
        (tmp_path / "reference" / FETCHED[name]).write_bytes((world / file).read_bytes())
    cells = ad.read_h5ad(world / "cells.h5ad")
    cells.obs = cells.obs.rename(columns={"label": "response", "cell_line": "sample"})
    cells.write_h5ad(tmp_path / "cells.h5ad")
    return tmp_path


def test_the_worked_example_works(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL):
        exec(block, names)
    called = ad.read_h5ad(folder / "called.h5ad")
    assert called.obs["bulk2cell_erlotinib_probability"].between(0, 1).all()
    assert b2c.open_model(folder / "erlotinib").drug == "Erlotinib"
    assert isinstance(names["scores"], dict)
    aurocs = names["scores"]["scores"].query("metric == 'auroc' and method == 'bulk2cell'")["value"]
    assert aurocs.min() > 0.9


def test_the_tables_name_all_that_is_public() -> None:
    rows = re.findall(r"^\| `b2c\.([\w.]+)", DOCUMENT, re.MULTILINE)
    there = [name for name in b2c.__all__ if name not in ("tl", "datasets", "pl")]
    there += [f"{place}.{name}" for place in ("tl", "datasets", "pl") for name in getattr(b2c, place).__all__]
    assert sorted(rows) == sorted(there)
    errors = {name for name, value in vars(b2c.errors).items() if isinstance(value, type)}
    assert set(re.findall(r"`(\w+Error)`", DOCUMENT)) | {"CatalogueError"} == errors
