import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import pytest
import sklearn.utils.extmath

from bulk2cell.run.inputs import Reference
from bulk2cell.run.params_file import make_parameters
from bulk2cell.run.run import run

QUICK: dict[str, Any] = {
    "hvg": 60,
    "strategies": "ridge_pathways",
    "seeds": 2,
    "bootstraps": 10,
    "cluster_cells": 30,
    "attributed_cells": 20,
    "permutations": 20,
    "label_permutations": 2,
}


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Counter[str]]:
    """Count files that are hashed and decoded where they stand, and decompositions of cells."""
    hashed: Counter[str] = Counter()
    decoded: Counter[str] = Counter()
    decomposed: Counter[str] = Counter()
    digest, read, decompose = hashlib.file_digest, ad.read_h5ad, sklearn.utils.extmath.randomized_svd

    def count_digest(stream: Any, *rest: Any) -> Any:
        if ".bulk2cell/" not in stream.name:
            hashed[stream.name] += 1
        return digest(stream, *rest)

    def count_read(path: Any, *rest: Any, **more: Any) -> Any:
        decoded[str(path)] += 1
        return read(path, *rest, **more)

    def count_decomposition(*given: Any, **more: Any) -> Any:
        decomposed["cells"] += 1
        return decompose(*given, **more)

    monkeypatch.setattr(hashlib, "file_digest", count_digest)
    monkeypatch.setattr(ad, "read_h5ad", count_read)
    monkeypatch.setattr(sklearn.utils.extmath, "randomized_svd", count_decomposition)
    return {"hashed": hashed, "decoded": decoded, "decomposed": decomposed}


def test_a_run_hashes_decodes_and_decomposes_a_study_once(
    write_sheet: Callable[..., Path], world: Path, tmp_path: Path, counts: dict[str, Counter[str]]
) -> None:
    sheet, results = write_sheet({"pair": "one", "sample_column": "cell_line"}), tmp_path / "results"
    reference = Reference(
        world / "bulk.parquet", world / "response.parquet", (world / "gene_sets.gmt",), None
    )
    given = sheet, reference, make_parameters(QUICK, "test"), results
    assert not run(*given).failures
    of_results = {name: count for name, count in counts["hashed"].items() if name.startswith(str(results))}
    manifests = {name for name in of_results if name.endswith(".json")}
    assert set(of_results) == manifests, "only the report hashes what has just been written: the manifests"
    assert set(of_results.values()) == {1}
    assert counts["decoded"] == {
        str(results / "one" / "gene_sets" / "study" / name): 1 for name in ("bulk.h5ad", "cells.h5ad")
    }
    assert counts["decomposed"] == {"cells": 1}

    for counter in counts.values():
        counter.clear()
    assert not run(*given).failures
    kept = {name: count for name, count in counts["hashed"].items() if name.startswith(str(results / "one"))}
    assert set(kept.values()) == {1}
    assert not counts["decoded"]
    assert not counts["decomposed"]
