import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest
from nextflow_engine import REPOSITORY, TINY, Ended, Pipeline, environment

QUICK = Path(__file__).with_name("quick.config")


@pytest.fixture(scope="session")
def engine() -> str:
    """Return a Nextflow that really starts; its launcher alone, without its libraries, does not."""
    wanted = os.environ.get("BULK2CELL_NEXTFLOW", "nextflow")
    found = shutil.which(wanted)
    if found is None:
        pytest.skip(f"no {wanted} on the PATH")
    started = subprocess.run(
        [found, "-version"], env=environment(), capture_output=True, text=True, check=False
    )
    if started.returncode:
        pytest.skip(f"nextflow does not start: {started.stderr.strip() or started.stdout.strip()}")
    return found


@pytest.fixture(scope="session")
def pipeline(engine: str) -> Pipeline:
    """Run the pipeline from a folder, with the given words after `nextflow run main.nf`."""

    def run(folder: Path, *words: object, outdir: str = "results", env: Mapping[str, str] = {}) -> Ended:
        command = [engine, "run", REPOSITORY / "main.nf", "-c", QUICK, "--outdir", outdir, *words]
        ended = subprocess.run(
            [str(word) for word in command],
            cwd=folder,
            env={**environment(), **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        trace = folder / outdir / "pipeline_info" / "trace.txt"
        tasks = pd.read_csv(trace, sep="\t") if trace.is_file() and trace.stat().st_size else pd.DataFrame()
        if not tasks.empty:
            tasks["process"] = tasks["process"].str.split(":").str[-1]
        return Ended(ended.returncode, ended.stdout, tasks)

    return run


@pytest.fixture
def sheet(world: Path, tmp_path: Path) -> Callable[..., Path]:
    """Write pairs.csv: a row per dictionary, on top of the small world's own pair."""

    def write(*rows: Mapping[str, str]) -> Path:
        good = {"pair": "good", "drug": "Plantedmab", "cells": str(world / "cells.h5ad")}
        pd.DataFrame([{**good, **row} for row in rows]).to_csv(tmp_path / "pairs.csv", index=False)
        return tmp_path / "pairs.csv"

    return write


@pytest.fixture
def reference_words(world: Path) -> list[str]:
    """Words that give the small world's reference data and tiny parameters to the pipeline."""
    files = {
        "bulk": world / "bulk.parquet",
        "response": world / "response.parquet",
        "gene_sets": world / "gene_sets.gmt",
    }
    return [word for name, value in {**files, **TINY}.items() for word in (f"--{name}", str(value))]
