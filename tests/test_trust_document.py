"""The worked example of docs/trust.md runs as it stands on real cells, where they are."""

import re
import sys
from pathlib import Path

import anndata as ad
import pytest

from bulk2cell.preprocess.reference import FETCHED

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real lung lines and GDSC as the example has them."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks" / "real"))
    from prepare import lung

    sys.modules.pop("prepare", None)
    lung(real_data / "cells" / "lung-cellbench").write_h5ad(tmp_path / "lung.h5ad")
    (tmp_path / "reference").mkdir()
    for name, file in (("bulk", "expression_log2rma.parquet"), ("response", "response.parquet")):
        (tmp_path / "reference" / FETCHED[name]).symlink_to(real_data / "gdsc" / file)
    return tmp_path


def test_from_an_h5ad_to_a_heat_map_in_under_twenty_lines(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    (block,) = re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert block.count("\n") < 20
    names: dict[str, object] = {}
    exec(block, names)
    adata = names["adata"]
    assert isinstance(adata, ad.AnnData)
    drugs = adata.uns["bulk2cell_screen"]["drugs"]
    assert adata.obsm["bulk2cell_screen"].shape == (adata.n_obs, len(drugs))
    assert len(drugs) > 500
    assert list(folder.glob("**/*_lung.png"))
