import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.tables import read_table
from bulk2cell.errors import ArtefactError
from made_up import forge

Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture
def told(tiny_study: Path, tiny_model: Path, tmp_path: Path) -> Callable[..., str]:
    """Change a table of the tiny study or model, checksums and all; return what is said when it is read."""

    def read(name: str, change: Change) -> str:
        kind, source = ("model", tiny_model) if name == "history.parquet" else ("study", tiny_study)
        shutil.copytree(source, tmp_path / "copy")
        change(pd.read_parquet(source / name)).to_parquet(tmp_path / "copy" / name)
        forge(tmp_path / "copy", kind)
        with pytest.raises(ArtefactError) as error:
            read_table(read_manifest(tmp_path / "copy", kind), name)
        text = str(error.value)
        assert text.startswith(f"{tmp_path / 'copy' / name}: ")
        assert "the copy is damaged" in text
        assert "\n" not in text
        return text

    return read


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("gene_ids.parquet", "symbol", None),
        ("gene_ids.parquet", "symbol", 1),
        ("pathways.parquet", "gene", [b"A"]),
        ("cell_labels.parquet", "label", "1"),
        ("cell_labels.parquet", "label", 2.0),
        ("cell_labels.parquet", "label", np.inf),
        ("cell_labels.parquet", "sample", 1.5),
        ("history.parquet", "epoch", 0.5),
        ("history.parquet", "kept", "yes"),
        ("history.parquet", "train_total", np.inf),
    ],
)
def test_other_values_than_a_column_holds_are_damage(
    told: Callable[..., str], name: str, column: str, value: Any
) -> None:
    values = value * 1 if isinstance(value, list) else [value]
    said = told(name, lambda table: table.assign(**{column: values * len(table)}))
    assert f"column {column!r} holds other values" in said


def test_a_missing_column_and_a_table_without_rows_are_damage(told: Callable[..., str]) -> None:
    assert "has no column 'gene'" in told("pathways.parquet", lambda table: table[["set"]])


def test_a_table_without_rows_is_damage(told: Callable[..., str]) -> None:
    assert "has no rows" in told("pathways.parquet", lambda table: table[:0])


def test_what_is_no_parquet_is_damage(tiny_study: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_study, tmp_path / "study")
    (tmp_path / "study" / "pathways.parquet").write_bytes(b"PAR1 thesis PAR1")
    forge(tmp_path / "study", "study")
    with pytest.raises(ArtefactError, match="not a parquet table"):
        read_table(read_manifest(tmp_path / "study", "study"), "pathways.parquet")
