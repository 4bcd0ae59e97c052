"""The strict parser of newer engines accepts scripts and configuration."""

import subprocess

import pytest
from nextflow_engine import REPOSITORY, environment


def test_lint_finds_nothing(engine: str) -> None:
    commands = subprocess.run([engine, "help"], env=environment(), capture_output=True, text=True, check=True)
    if "lint" not in commands.stdout:
        pytest.skip("this nextflow has no lint; 25.04 and later have it")
    paths = ["main.nf", "modules", "subworkflows", "functions", "nextflow.config", "conf"]
    linted = subprocess.run(
        [engine, "lint", "-o", "concise", *paths],
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout
    assert "warning" not in linted.stdout.lower()
