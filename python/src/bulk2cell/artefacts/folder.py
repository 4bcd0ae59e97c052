"""Write an artefact, a folder with its files and a manifest, whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bulk2cell.artefacts.manifest import Kind, write_manifest
from bulk2cell.errors import ArtefactError


@dataclass
class Draft:
    """An artefact being made: put files into `folder` and facts into `content`."""

    folder: Path
    content: dict[str, Any] = field(default_factory=dict)


@contextmanager
def new_artefact(
    path: Path, kind: Kind, parameters: Mapping[str, Any], inputs: Mapping[str, str]
) -> Iterator[Draft]:
    """Make an artefact in a temporary neighbour and rename it into place when the block ends well.

    Parameters
    ----------
    path
        Where it will stand. An older artefact of the same kind there is replaced.
    kind
        Its kind; the manifest is `<kind>.json`.
    parameters
        Parameters of the stage, JSON values.
    inputs
        sha256 of what it is made from, by name.

    Yields
    ------
    Draft
        Its `folder` takes the files, its `content` the facts for the manifest.

    Raises
    ------
    ArtefactError
        If something else already stands at `path`.
    """
    path = Path(os.path.abspath(path))
    refuse_to_replace(path, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        temporary.chmod(0o755)
        draft = Draft(temporary)
        yield draft
        write_manifest(temporary, kind, parameters, inputs, draft.content)
        _sync(temporary)
        _move_into_place(temporary, path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def refuse_to_replace(path: Path, kind: Kind) -> None:
    """Raise if `path` holds anything but an artefact of the same kind or an empty folder.

    Raises
    ------
    ArtefactError
        With what to do.
    """
    if path.is_dir() and ((path / f"{kind}.json").is_file() or not any(path.iterdir())):
        return
    if path.exists():
        raise ArtefactError(
            f"{path} exists and is not a {kind} of bulk2cell; give another --out, or move it away"
        )


def _sync(folder: Path) -> None:
    for entry in [*folder.iterdir(), folder]:
        handle = os.open(entry, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _move_into_place(temporary: Path, path: Path) -> None:
    retired = temporary.with_name(f"{temporary.name}.old")
    if path.exists():
        path.rename(retired)
    temporary.rename(path)
    shutil.rmtree(retired, ignore_errors=True)
