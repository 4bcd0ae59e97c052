from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest

import bulk2cell as b2c
from bulk2cell.artefacts.screen import read_probabilities, read_screen
from bulk2cell.simulate.synthesise import DRUG


@pytest.fixture(scope="module")
def reference(world: Path) -> Any:
    """Return the world's lines."""
    return b2c.datasets.reference(bulk=world / "bulk.parquet", response=world / "response.parquet")


@pytest.mark.parametrize("groupby", ["label", None])
def test_numbers_are_the_commands_and_nothing_else_is_changed(
    groupby: str | None, reference: Any, world: Path, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    adata = ad.read_h5ad(world / "cells.h5ad")
    before = adata.copy()
    b2c.tl.screen(adata, reference, groupby=groupby, sample_key="cell_line", permutations=200, hvg=100)
    words = ["--group-column", groupby] if groupby else []
    ended = bulk2cell(
        *(
            "screen",
            world / "cells.h5ad",
            "--bulk",
            world / "bulk.parquet",
            "--hvg",
            100,
            "--out",
            tmp_path / "s",
        ),
        *(
            "--response",
            world / "response.parquet",
            "--sample-column",
            "cell_line",
            "--permutations",
            200,
            *words,
        ),
    )
    assert ended.code == 0
    screen = read_screen(tmp_path / "s")
    for name in ("drugs", "groups"):
        pd.testing.assert_frame_equal(
            adata.uns["bulk2cell_screen"][name], getattr(screen, name), check_dtype=False
        )
    expected = read_probabilities(screen, list(screen.drugs["drug"]))
    np.testing.assert_array_equal(adata.obsm["bulk2cell_screen"], expected)
    added = set(adata.obs) - set(before.obs)
    assert added == (set() if groupby else {"bulk2cell_group"})
    if not groupby:
        assert list(adata.obs["bulk2cell_group"]) == list(screen.cell_groups["group"])
    del adata.obsm["bulk2cell_screen"], adata.uns["bulk2cell_screen"]
    adata.obs = adata.obs[before.obs.columns]
    pd.testing.assert_frame_equal(adata.obs, before.obs)
    np.testing.assert_array_equal(adata.X.toarray(), before.X.toarray())
    assert set(adata.uns) == set(before.uns)


def test_a_screen_survives_a_file_and_stands_beside_calls(
    reference: Any, world: Path, tmp_path: Path
) -> None:
    adata = ad.read_h5ad(world / "cells.h5ad")[:200]
    b2c.tl.screen(adata, reference, groupby="label", permutations=200, hvg=100, drugs=DRUG)
    adata.write_h5ad(tmp_path / "cells.h5ad")
    again = ad.read_h5ad(tmp_path / "cells.h5ad")
    assert again.uns["bulk2cell_screen"]["drugs"]["drug"].tolist() == [DRUG]
    assert again.obsm["bulk2cell_screen"].shape == (200, 1)
    assert again.uns["bulk2cell_screen"]["params"]["group_column"] == "label"


def test_what_is_wrong_is_one_line_in_the_words_of_the_library(reference: Any, world: Path) -> None:
    adata = ad.read_h5ad(world / "cells.h5ad")
    for given, said in (
        ({"groupby": "nobody"}, "no column 'nobody' in obs"),
        ({"drugs": ["Nosuchmab"]}, "no drug named 'Nosuchmab'"),
        ({"permutations": 3}, "screen_permutations: 3"),
        ({"nothing": 3}, "unknown parameter"),
    ):
        with pytest.raises(b2c.errors.Bulk2CellError, match=said) as raised:
            b2c.tl.screen(adata, reference, **{"hvg": 100, **given})
        assert "\n" not in str(raised.value)
    assert "bulk2cell_screen" not in adata.obsm
