from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd
import pytest

from bulk2cell.run.sample_sheet import read_sample_sheet

SIZES = {
    "simulated_GSE117872_cisplatin": ("Cisplatin", 237, 88),
    "simulated_GSE131984_paclitaxel": ("Paclitaxel", 230, 188),
    "simulated_GSE108394_plx4720": ("PLX-4720", 810, 809),
    "simulated_GSE156246_BT474_lapatinib": ("Lapatinib", 178, 276),
    "simulated_GSE156246_HCC1419_lapatinib": ("Lapatinib", 396, 1086),
}


@pytest.fixture
def response(world: Path, tmp_path: Path) -> Path:
    """Return the world's response under the names of the five pairs' drugs."""
    planted = pd.read_parquet(world / "response.parquet")
    drugs = {drug for drug, _, _ in SIZES.values()}
    table = pd.concat([planted.assign(DRUG_NAME=drug) for drug in sorted(drugs)])
    table.to_parquet(tmp_path / "response.parquet")
    return tmp_path / "response.parquet"


def test_five_pairs_in_a_quarter_of_the_articles_numbers(
    world: Path, response: Path, tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    out = tmp_path / "cells"
    words = ["--bulk", world / "bulk.parquet", "--response", response, "--out", out]
    ended = bulk2cell("simulate", "--demo", *words)
    assert (ended.code, ended.out) == (0, f"{out / 'pairs.csv'}\n")
    pairs = read_sample_sheet(out / "pairs.csv", response)
    assert {pair.pair: pair.drug for pair in pairs} == {name: drug for name, (drug, _, _) in SIZES.items()}
    for seed, pair in enumerate(pairs):
        cells = ad.read_h5ad(out / f"{pair.pair}.h5ad")
        _, sensitive, resistant = SIZES[pair.pair]
        assert cells.obs["label"].value_counts()[["sensitive", "resistant"]].tolist() == [
            sensitive,
            resistant,
        ]
        assert cells.uns["bulk2cell_simulated"]["simulation_seed"] == seed
        assert (pair.cells, pair.tag) == (out / f"{pair.pair}.h5ad", "simulated")
        assert (pair.cell_labels.label_column, pair.cell_labels.sample_column) == ("label", "cell_line")
