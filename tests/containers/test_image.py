import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bulk2cell import __version__

REPOSITORY = Path(__file__).parents[2]
CONTAINERS = REPOSITORY / "containers"
IMAGE = f"bulk2cell:{__version__}"
LARGEST_WITH_CPU_TORCH = 2.5e9

BUILD = os.environ.get("BULK2CELL_BUILD_IMAGES") == "1"


def run(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ | environment)


def build(engine: str) -> None:
    """Build the image, on a base made here where the real one cannot be had."""
    base = re.search(r"^ARG BASE=(\S+)$", (CONTAINERS / "Dockerfile").read_text(), re.MULTILINE)
    assert base is not None
    instead = {}
    if run(engine, "image", "inspect", base[1]).returncode and run(engine, "pull", base[1]).returncode:
        made = run(Path(__file__).with_name("local_base.sh"), engine, "bulk2cell-base")
        assert made.returncode == 0, made.stderr
        instead = {"BASE": "bulk2cell-base", "BUILD_OPTIONS": "--network host"}
    built = run(CONTAINERS / "build.sh", ENGINE=engine, **instead)
    assert built.returncode == 0, built.stdout + built.stderr


@pytest.fixture(scope="module")
def engine() -> str:
    for name in ("docker", "podman"):
        if shutil.which(name) and run(name, "info").returncode == 0:
            return name
    pytest.skip("no container engine is up: neither `docker info` nor `podman info` succeeds")


@pytest.fixture(scope="module")
def image(engine: str) -> dict[str, Any]:
    """Return what the engine knows about the image."""
    if BUILD:
        build(engine)
    inspected = run(engine, "image", "inspect", IMAGE)
    if inspected.returncode:
        pytest.skip(f"{engine} has no image {IMAGE}: `make images`, or set BULK2CELL_BUILD_IMAGES=1")
    started = run(engine, "run", "--rm", "--network", "none", IMAGE, "true")
    if started.returncode:
        pytest.skip(f"{engine} cannot start a container here: {started.stderr.strip()}")
    return dict(json.loads(inspected.stdout)[0])


def test_a_tiny_analysis_runs_without_network_and_writable_root(engine: str, image: dict[str, Any]) -> None:
    tried = run(CONTAINERS / "smoke_test.sh", image["Id"], ENGINE=engine)
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert "FAIL" not in tried.stdout


def test_labels_say_what_the_image_is(image: dict[str, Any]) -> None:
    labels = {
        key.removeprefix("org.opencontainers.image."): value
        for key, value in image["Config"]["Labels"].items()
    }
    assert labels["title"] == "bulk2cell"
    assert labels["version"] == __version__
    assert labels["licenses"] == "BSD-3-Clause"
    assert re.fullmatch("[0-9a-f]{40}", labels["revision"])


def test_an_ordinary_user_runs_it_and_nothing_comes_before_bash(image: dict[str, Any]) -> None:
    assert image["Config"]["User"] == "1000:1000"
    assert not image["Config"].get("Entrypoint")


def test_the_cpu_image_is_small(engine: str, image: dict[str, Any]) -> None:
    torch = run(
        engine,
        "run",
        "--rm",
        "--network",
        "none",
        IMAGE,
        "python",
        "-c",
        "import torch; print(torch.version.cuda)",
    )
    if torch.stdout.strip() != "None":
        pytest.skip(f"{IMAGE} holds torch for CUDA {torch.stdout.strip()}")
    assert image["Size"] < LARGEST_WITH_CPU_TORCH


def test_pip_is_there_for_fetch(engine: str, image: dict[str, Any]) -> None:
    assert (
        run(engine, "run", "--rm", "--network", "none", IMAGE, "python", "-m", "pip", "--version").returncode
        == 0
    )
