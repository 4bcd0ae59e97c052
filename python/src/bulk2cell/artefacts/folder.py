"""Write an artefact, a folder with its files and a manifest, whole or not at all; replace nothing but its own kind."""

import json
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from bulk2cell.artefacts.manifest import Kind, Manifest, name_kind, read_manifest, sha256, write_manifest
from bulk2cell.artefacts.workplace import put_in_place, workplace
from bulk2cell.errors import ArtefactError
from bulk2cell.progress import say

LEFT_BY_FILE_MANAGERS = frozenset({".DS_Store"})  # macOS writes it into every folder that it shows


@dataclass
class Draft:
    """An artefact being made: put files into `folder` and facts into `content`; once it is in place, it has a `manifest`."""

    folder: Path
    content: dict[str, Any] = field(default_factory=dict)
    manifest: Manifest | None = None


@dataclass(frozen=True, kw_only=True)
class Artefact(ABC):
    """What a stage makes: tables and arrays, with a manifest that says where they come from.

    Attributes
    ----------
    manifest
        Without files until the artefact is saved.
    """

    manifest: Manifest

    @abstractmethod
    def write(self, draft: Draft) -> None:
        """Put the files into a draft."""


Saved = TypeVar("Saved", bound=Artefact)


def save(made: Saved, out: Path, more: Callable[[Path], None] | None = None) -> Saved:
    """Write an artefact into a folder, whole or not at all, and return it with the manifest that was written.

    Parameters
    ----------
    more
        Puts further files into the folder that it is given.

    Raises
    ------
    ArtefactError
        See `new_artefact`.
    """
    given = made.manifest
    with new_artefact(out, given.kind, given.parameters, given.inputs) as draft:
        draft.content = given.content
        made.write(draft)
        if more:
            more(draft.folder)
    assert draft.manifest
    return replace(made, manifest=draft.manifest)


@contextmanager
def claimed(out: Path, kind: Kind) -> Iterator[Path]:
    """Work alone on the place of an artefact and yield its workplace; raise at once if the artefact must not be put there.

    Raises
    ------
    ArtefactError
        If another process is at work on it, or something there must not be replaced.
    """
    with workplace(out) as own:
        refuse_to_replace(out, kind)
        yield own


@contextmanager
def new_artefact(
    path: Path, kind: Kind, parameters: Mapping[str, Any], inputs: Mapping[str, str]
) -> Iterator[Draft]:
    """Make an artefact in its workplace and put it in place when the block ends without an error.

    Parameters
    ----------
    path
        Where it will be; a link is followed. An older artefact of the same kind there is replaced.
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
        If another process is at work on it, or something there must not be replaced.
    """
    path = Path(os.path.realpath(path))
    with claimed(path, kind) as own:
        draft = Draft(own / kind)
        shutil.rmtree(draft.folder, ignore_errors=True)
        draft.folder.mkdir()
        yield draft
        written = write_manifest(draft.folder, kind, parameters, inputs, draft.content)
        _sync(draft.folder)
        _replace(draft.folder, path, kind)
        draft.manifest = written.model_copy(update={"path": path})


def copy_artefact(manifest: Manifest, out: Path) -> Path:
    """Copy an artefact into another folder as it was written, whole or not at all.

    Raises
    ------
    ArtefactError
        If it is damaged, another process is at work there, or something there must not be replaced.
    """
    out = Path(os.path.realpath(out))
    with claimed(out, manifest.kind) as own:
        copy = own / manifest.kind
        copy.mkdir()
        for name in (f"{manifest.kind}.json", *manifest.files):
            shutil.copyfile(manifest.path / name, copy / name)
        read_manifest(copy, manifest.kind)
        _sync(copy)
        _replace(copy, out, manifest.kind)
    return out


def refuse_to_replace(path: Path, kind: Kind) -> None:
    """Raise if `path` holds anything but an artefact of the same kind, as it was written, or an empty folder.

    Files of the artefact may be missing. A changed file counts as the user's.

    Raises
    ------
    ArtefactError
        With the file that is in the way, and what to do.
    """
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return
    manifest = path / f"{kind}.json"
    if not manifest.is_file():
        raise ArtefactError(
            f"{path} exists and is not {name_kind(kind)} of bulk2cell; give another --out, or move it away"
        )
    written = _written_files(manifest)
    for file in sorted(path.iterdir()):
        if file == manifest or file.name in LEFT_BY_FILE_MANAGERS:
            continue
        if file.name not in written:
            raise ArtefactError(
                f"{file} does not belong to the {kind} and would be lost with it; move it away, or give another --out"
            )
        if file.is_symlink() or not file.is_file() or sha256(file) != written[file.name]:
            raise ArtefactError(
                f"{file} has been changed since it was written and would be lost; move it away (or delete it, if it is only "
                "damaged), or give another --out"
            )


def _written_files(manifest: Path) -> dict[str, str]:
    """Return the sha256 of an artefact's files by name, whatever its format."""
    try:
        files = json.loads(manifest.read_text())["files"]
        return {str(name): str(digest) for name, digest in files.items()}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ArtefactError(
            f"{manifest} is damaged, so that it is unknown which files beside it are yours; move {manifest.parent} away, or "
            "give another --out"
        ) from error


def _sync(folder: Path) -> None:
    for entry in [*folder.iterdir(), folder]:
        handle = os.open(entry, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _replace(made: Path, path: Path, kind: Kind) -> None:
    """Put an artefact in place and name the files that only the older one had; a file added at the last moment is kept."""
    before = _names(path)
    refuse_to_replace(path, kind)
    put_in_place(made, path)
    if _names(made) - before - LEFT_BY_FILE_MANAGERS:
        put_in_place(made, path)
        refuse_to_replace(path, kind)
    gone = before - _names(path) - LEFT_BY_FILE_MANAGERS
    if gone:
        say(f"{path}: replaced; the older {kind} also had {', '.join(sorted(gone))}, now deleted")


def _names(folder: Path) -> frozenset[str]:
    return frozenset(os.listdir(folder) if folder.is_dir() else ())
