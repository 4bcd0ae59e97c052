from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from bulk2cell.artefacts.manifest import read_manifest


def test_three_labelled_cells_go_the_whole_way_and_the_report_says_how_few_they_are(
    tmp_path: Path, bulk2cell: Callable[..., Any]
) -> None:
    world, out = tmp_path / "world", tmp_path / "results"
    bulk2cell("simulate", "--synthetic", "--sensitive-cells", 2, "--resistant-cells", 1, "--out", world)
    words = ["--bulk", world / "bulk.parquet", "--response", world / "response.parquet"]
    words += ["--gene-sets", world / "gene_sets.gmt", "--seeds", 1, "--skip-attribution", "--skip-controls"]
    ended = bulk2cell("run", world / "pairs.csv", *words, "--out", out)
    assert ended.code == 0, ended.err
    (scores,) = out.rglob("scores.json")
    assert "2 sensitive, 1 resistant" in read_manifest(scores.parent, "scores").content["warnings"][0]
    assert pd.read_parquet(scores.with_name("clusters.parquet")).empty
    assert "2 sensitive, 1 resistant" in (out / "report" / "report.html").read_text()
