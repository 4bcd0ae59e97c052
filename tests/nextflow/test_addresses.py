"""The sheet, cells and labels by their addresses: the engine gets them."""

from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from nextflow_engine import Pipeline


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Serve the test's folder over http."""
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_sheet_and_its_files_may_have_addresses(
    pipeline: Pipeline, sheet: Callable[..., Path], world: Path, tmp_path: Path, address: str
) -> None:
    for name in ("near.h5ad", "far.h5ad"):
        (tmp_path / name).write_text(name)
    pairs = sheet({"pair": "near", "cells": "near.h5ad"}, {"pair": "far", "cells": f"{address}/far.h5ad"})
    words = ["--bulk", world / "bulk.parquet", "--response", world / "response.parquet"]
    words += ["--gene_sets", world / "gene_sets.gmt", "--seeds", 1]
    ended = pipeline(tmp_path, "-stub-run", "--input", f"{address}/{pairs.name}", *words)
    assert ended.code == 0, ended.text
    made = ended.trace[ended.trace["process"] == "PREPROCESS"]
    staged = [path for folder in made["workdir"] for path in Path(folder).glob("cells/*")]
    assert {path.name: path.read_text() for path in staged} == {
        name: name for name in ("near.h5ad", "far.h5ad")
    }
