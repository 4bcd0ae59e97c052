"""The manifest `<kind>.json` of an artefact: what it is, what made it, and whether it is whole.

It holds the kind, the format, the versions, the parameters, the sha256 of the inputs and of the folder's own files, and,
under `content`, what the stage has to say about them.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, get_args

from bulk2cell import __version__
from bulk2cell.errors import ArtefactError

Kind = Literal[
    "study",
    "encoder",
    "shots",
    "model",
    "predictions",
    "controls",
    "scores",
    "attributions",
    "report",
    "benchmark",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
FORMAT = 1
LIBRARIES = ("torch", "anndata", "scanpy", "pandas", "numpy", "scikit-learn")


@dataclass(frozen=True)
class Manifest:
    """What `<kind>.json` says.

    Attributes
    ----------
    path
        The artefact's folder.
    parameters
        Parameters of the stage that made it.
    inputs
        sha256 of what it was made from, by name.
    files
        sha256 of its own files, by name.
    content
        What the stage says about it.
    """

    path: Path
    kind: Kind
    bulk2cell: str
    libraries: Mapping[str, str]
    parameters: Mapping[str, Any]
    inputs: Mapping[str, str]
    files: Mapping[str, str]
    content: Mapping[str, Any]


def sha256(path: Path) -> str:
    """Return the hexadecimal sha256 of a file, or of a folder's files by name and content."""
    if path.is_dir():
        listing = [
            f"{file.relative_to(path)} {sha256(file)}" for file in sorted(path.rglob("*")) if file.is_file()
        ]
        return hashlib.sha256("\n".join(listing).encode()).hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_manifest(
    folder: Path,
    kind: Kind,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, str],
    content: Mapping[str, Any],
) -> None:
    """Write the manifest of a folder that holds its files, and nothing else, already.

    Parameters
    ----------
    parameters
        Parameters of the stage, JSON values.
    inputs
        sha256 of what it is made from, by name.
    content
        What the stage says about it, JSON values.
    """
    manifest = {
        "kind": kind,
        "format": FORMAT,
        "bulk2cell": __version__,
        "libraries": {name: version(name) for name in LIBRARIES},
        "parameters": dict(parameters),
        "inputs": dict(inputs),
        "files": {file.name: sha256(file) for file in sorted(folder.iterdir())},
        "content": dict(content),
    }
    (folder / f"{kind}.json").write_text(json.dumps(manifest, indent=1, allow_nan=False) + "\n")


def read_manifest(path: Path, kind: Kind) -> Manifest:
    """Read and check an artefact's manifest and the sha256 of its files.

    Raises
    ------
    ArtefactError
        If the folder is missing, of another kind, of another format, or damaged.
    """
    file = path / f"{kind}.json"
    if not file.is_file():
        other = next((name for name in KINDS if (path / f"{name}.json").is_file()), None)
        found = f"a {other}" if other else "nothing of bulk2cell" if path.is_dir() else "no folder"
        raise ArtefactError(
            f"{path}: a {kind} is needed here, and there is {found}; give the {kind}'s folder"
        )
    try:
        raw = json.loads(file.read_text())
        form, made_by = raw["format"], raw["bulk2cell"]
        del raw["format"]
        if form != FORMAT:
            raise ArtefactError(
                f"{path}: {kind} of format {form}, made by bulk2cell {made_by}; bulk2cell {__version__} reads format "
                f"{FORMAT}; make the {kind} again with this version"
            )
        manifest = Manifest(path=path, **raw)
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactError(f"{file}: damaged ({error}); make the {kind} again") from error
    for name, expected in manifest.files.items():
        if not (path / name).is_file() or sha256(path / name) != expected:
            raise ArtefactError(
                f"{path / name}: missing or changed since it was written; make the {kind} again"
            )
    return manifest
