"""The commands of docs/own_panel.md do what it says, on two tables as it describes them."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

DOCUMENT = Path(__file__).parents[1] / "docs" / "own_panel.md"


def tables_in_the_document() -> list[list[str]]:
    """Return the first line of each table, as a list of columns."""
    blocks = re.findall(r"^```\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [block.splitlines()[0].split(",") for block in blocks]


@pytest.mark.parametrize("turned", [False, True], ids=["lines x genes", "genes x lines"])
def test_the_worked_example_works(
    turned: bool,
    world: Path,
    tmp_path: Path,
    bulk2cell: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expression, response = (
        pd.read_parquet(world / "bulk.parquet"),
        pd.read_parquet(world / "response.parquet"),
    )
    header, columns = tables_in_the_document()
    expression.index.name = header[0]
    (expression.T if turned else expression).to_csv(tmp_path / "expression.csv")
    response.assign(DRUG_NAME="Mydrug")[columns].to_csv(tmp_path / "response.csv", index=False)
    (tmp_path / "sets.gmt").write_bytes((world / "gene_sets.gmt").read_bytes())
    (tmp_path / "cells.h5ad").write_bytes((world / "cells.h5ad").read_bytes())
    monkeypatch.chdir(tmp_path)
    (commands,) = re.findall(
        r"^```sh\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    for command in commands.splitlines():
        ended = bulk2cell(*shlex.split(command)[1:])
        assert ended.code == 0, ended.err
    calls = pd.read_parquet(tmp_path / "predictions" / "predictions.parquet")
    assert len(calls) == 300
