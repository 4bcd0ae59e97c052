"""Wheels from the package index, through the user's own pip."""

import ast
import errno
import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from bulk2cell.artefacts.manifest import sha256
from bulk2cell.artefacts.workplace import workplace
from bulk2cell.errors import DownloadError, NetworkError
from bulk2cell.fetch.catalogue import Package
from bulk2cell.printable import printable
from bulk2cell.progress import say

REACHING = (
    "index-url",
    "extra-index-url",
    "find-links",
    "no-index",
    "trusted-host",
    "proxy",
    "cert",
    "client-cert",
    "timeout",
    "default-timeout",
    "retries",
    "cache-dir",
    "no-cache-dir",
)
SLACK = (
    1 << 20
)  # bytes that pip may write beyond a wheel's own: its cache notes the server's headers beside it
WORDS = 300


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
    NetworkError
        If pip finds no network.
    DownloadError
        If pip fails otherwise, or the wheel is not the expected one (it is deleted then).
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
    words = ["download", "--no-deps", "--only-binary", ":all:", "--quiet", "--dest", str(folder)]
    failed = f"pip could not download {package.requirement}"
    environment = {**_environment(failed), "TMPDIR": str(folder)}
    _pip([*words, package.requirement], environment, failed, package.size + SLACK)


def _environment(failed: str) -> dict[str, str]:
    """Return the environment for pip, which holds of its settings only those by which an index is reached.

    The others could make it build and run what it was not asked for (`requirement`), or wait for a password.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    kept |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    settings = _pip(["config", "list"], dict(os.environ), failed, SLACK).splitlines()
    for section in ("global", "download", ":env:"):
        for line in settings:
            name, _, value = line.partition("=")
            where, _, setting = name.rpartition(".")
            if where == section and setting in REACHING:
                kept[f"PIP_{setting.upper().replace('-', '_')}"] = str(ast.literal_eval(value))
    return kept


def _pip(words: Sequence[str], environment: Mapping[str, str], failed: str, longest: int) -> str:
    """Run pip, which may write no file of more bytes than `longest`, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pip", *words],  # -P: not a pip.py that lies in the working folder
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        preexec_fn=partial(_limit_files, longest),
        check=False,
    )
    said = done.stderr.decode(errors="replace")
    if done.returncode:
        if os.strerror(errno.ENOSPC) in said:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), failed)
        lines = [line for line in said.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR") and not line.endswith(":")]
        reason = printable(" ".join(errors[-1:] or lines[-2:]), WORDS) or f"exit code {done.returncode}"
        raise (NetworkError if "connection broken" in said else DownloadError)(
            f"{failed}: {reason}; check pip and its index, or use --source official"
        )
    return done.stdout.decode(errors="replace")


def _limit_files(longest: int) -> None:
    """Let this process write no longer file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    longest = longest if soft == resource.RLIM_INFINITY else min(longest, soft)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest, hard))
