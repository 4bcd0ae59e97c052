"""`tl.attribute` and `tl.evaluate` return the commands' tables."""

from pathlib import Path

import anndata as ad
import pandas as pd
import pytest
from held import content

import bulk2cell as b2c
from bulk2cell.parameters import AttributeParameters, CellInput, EvaluateParameters, PredictParameters
from bulk2cell.preprocess.reference import Reference
from bulk2cell.stages import attribute, evaluate, predict
from bulk2cell.tl.model import Model


def assert_tables_of(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    assert {f"{name}.parquet" for name in tables} == {file.name for file in folder.glob("*.parquet")}
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, pd.read_parquet(folder / f"{name}.parquet"), check_exact=True)


@pytest.mark.parametrize("domain", ["cells", "bulk"])
def test_attributions_are_the_commands(
    adata: ad.AnnData, model: Model, reference: Reference, by_commands: Path, domain: str
) -> None:
    settings = AttributeParameters(permutations=50, domain=domain)
    out = attribute(by_commands / "model", by_commands / "study", by_commands / f"of_{domain}", settings)
    before = content(adata)
    tables = b2c.tl.attribute(adata, model, reference, hvg=100, permutations=50, domain=domain)
    assert_tables_of(out, tables)
    assert content(adata) == before


def test_scores_are_the_commands(
    adata: ad.AnnData, model: Model, reference: Reference, by_commands: Path
) -> None:
    study = by_commands / "study"
    settings = EvaluateParameters(bootstraps=20)
    calls = predict(
        by_commands / "model", study, by_commands / "calls", CellInput(), PredictParameters(threshold=0.6)
    )
    out = evaluate(study, [calls], by_commands / "scores", settings, by_commands / "model")
    before = content(adata)
    given = {"label_key": "label", "sample_key": "cell_line", "hvg": 100, "bootstraps": 20, "threshold": 0.6}
    assert_tables_of(out, b2c.tl.evaluate(adata, model, reference, **given))
    assert content(adata) == before


def test_a_wrong_column_is_told_in_the_words_of_the_library(
    adata: ad.AnnData, model: Model, reference: Reference
) -> None:
    with pytest.raises(
        b2c.errors.InputError, match="adata: no column truth for the cells; label_key= can be"
    ):
        b2c.tl.evaluate(adata, model, reference, label_key="truth")
