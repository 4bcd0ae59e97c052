"""Every kind of artefact stays what it was, see `golden.py`."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from golden import GOLDEN, KINDS, Summary, differences, make, summarise


def test_every_kind_of_artefact_is_what_it_was(tmp_path: Path) -> None:
    make(tmp_path)
    expected = json.loads(GOLDEN.read_text())
    assert {Path(file).stem for file in expected} >= set(KINDS)
    assert not (found := differences(expected, summarise(tmp_path))), "\n".join(found)


@pytest.fixture
def before(tmp_path: Path) -> Summary:
    """What is held of predictions of six cells."""
    return held(tmp_path)


def held(folder: Path, **columns: object) -> Summary:
    """Write predictions of six cells, with some columns of one's own, and return what is held of them."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"cell": list("abcdef"), "probability": rng.random(6), "call": ["sensitive"] * 6})
    table.assign(**columns).to_parquet(folder / "predictions.parquet")
    (folder / "predictions.json").write_text(json.dumps({"content": {"scale": "counts"}}))
    return summarise(folder)


def test_last_bits_and_a_few_calls_may_differ(before: Summary, tmp_path: Path) -> None:
    near = np.random.default_rng(0).random(6) * (1 + 1e-5)
    calls = ["resistant"] * 3 + ["sensitive"] * 3
    assert differences(before, held(tmp_path, probability=near, call=calls)) == []


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("cell", list("abcdfe")),
        ("probability", np.random.default_rng(0).random(6) + 2e-3),
        ("probability", np.random.default_rng(0).random(6)[::-1]),
        ("probability", 1 - np.random.default_rng(0).random(6)),
        ("probability", np.random.default_rng(0).random(6).astype(np.float32)),
        ("call", ["resistant"] * 4 + ["sensitive"] * 2),
    ],
)
def test_other_values_or_another_type_are_told_by_file_and_column(
    column: str, values: object, before: Summary, tmp_path: Path
) -> None:
    (line,) = differences(before, held(tmp_path, **{column: values}))
    assert line.startswith(f"predictions.parquet, {column}: expected ")


def test_a_new_column_and_a_file_that_is_gone_are_told(before: Summary, tmp_path: Path) -> None:
    now = held(tmp_path, sample="x")
    del now["predictions.json"]
    told = differences(before, now)
    assert told[0] == "predictions.json: not made any more"
    assert told[1].startswith("predictions.parquet, columns: expected ")
    assert told[2:] == ["predictions.parquet, sample: new"]
