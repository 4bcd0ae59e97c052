"""One pair inside the image, with the same results as outside."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from nextflow_engine import REPOSITORY, TINY, Pipeline

from bulk2cell import __version__
from bulk2cell.artefacts.manifest import read_manifest

HOME = Path("good/gene_sets")
MODEL = HOME / "ridge_pathways/seed_1"
ARTEFACTS = {
    HOME / "study": "study",
    MODEL / "encoder": "encoder",
    MODEL / "model": "model",
    MODEL / "predictions": "predictions",
}


@pytest.fixture(params=["docker", "podman", "apptainer", "singularity"])
def container_engine(request: pytest.FixtureRequest) -> str:
    """Return an engine that has the image."""
    name = str(request.param)
    if shutil.which(name) is None:
        pytest.skip(f"no {name} on the PATH")
    if not has_image(name):
        pytest.skip(
            f"{name} is not up, or has no image of bulk2cell {__version__}; make one with `make images`"
        )
    return name


def has_image(engine: str) -> bool:
    """Tell whether the engine starts the image."""
    if engine in {"apptainer", "singularity"}:
        return (REPOSITORY / "containers" / f"bulk2cell-{__version__}.sif").is_file()
    start = [engine, "run", "--rm", "--pull=never", f"bulk2cell:{__version__}", "bulk2cell", "--version"]
    return subprocess.run(start, capture_output=True, check=False).returncode == 0


def test_results_equal_those_outside_the_image(
    container_engine: str,
    pipeline: Pipeline,
    sheet: Callable[..., Path],
    world: Path,
    reference_words: list[str],
    tmp_path: Path,
) -> None:
    pairs = sheet({})
    words = [*reference_words, "--skip_attribution", "--max_cpus", 1]
    ended = pipeline(tmp_path, "-profile", container_engine, "--input", pairs, *words)
    assert ended.code == 0, ended.text

    params = tmp_path / "params.yaml"
    params.write_text("".join(f"{name}: {value}\n" for name, value in TINY.items()))
    outside = [
        *(
            Path(sys.executable).with_name("bulk2cell"),
            "run",
            pairs,
            "--params",
            params,
            "--skip-attribution",
        ),
        *("--bulk", world / "bulk.parquet", "--response", world / "response.parquet"),
        *("--gene-sets", world / "gene_sets.gmt", "--out", tmp_path / "outside"),
    ]
    subprocess.run([str(word) for word in outside], check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    for place, kind in ARTEFACTS.items():
        files = read_manifest(tmp_path / "outside" / place, kind).files
        assert read_manifest(tmp_path / "results" / place, kind).files == files, place
