"""Finished stages of a results folder, and what they were made from."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from bulk2cell import __version__
from bulk2cell.artefacts.files import rewrite_file
from bulk2cell.artefacts.folder import claimed
from bulk2cell.artefacts.manifest import Kind, Manifest, read_manifest
from bulk2cell.errors import ArtefactError
from bulk2cell.progress import say

RECORD = "finished.json"

Opened = TypeVar("Opened")


@dataclass(frozen=True)
class Finished(Generic[Opened]):
    """A whole artefact in the results folder: its files have been hashed, and are read when first asked for.

    Attributes
    ----------
    read
        From its manifest to what it holds.
    """

    manifest: Manifest
    read: Callable[[Manifest], Opened]

    @cached_property
    def opened(self) -> Opened:
        """What it holds."""
        return self.read(self.manifest)


def do_once(
    results: Path,
    out: Path,
    kind: Kind,
    stage: str,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, str],
    make: Callable[[], Manifest],
) -> Manifest:
    """Do a stage unless its whole result, made from the same things, is already there.

    Parameters
    ----------
    results
        The results folder, which holds the record.
    out
        The artefact that the stage writes.
    stage
        Name of the stage; if it fails, it is noted on the error.
    parameters, inputs
        All that the artefact depends on.
    make
        Does the work, and gives the manifest of the artefact that is then at `out`.
    """
    record, place = results / RECORD, str(out.relative_to(results))
    facts = [__version__, kind, dict(parameters), dict(inputs)]
    key = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()
    finished = _read_record(record)
    whole = _read_whole(out, kind) if finished.get(place) == key else None
    if whole is not None:
        say(f"{place}: finished earlier, kept")
        return whole
    try:
        with claimed(out, kind):
            made = make()
    except Exception as error:
        error.add_note(stage)
        raise
    rewrite_file(record, (json.dumps({**finished, place: key}, indent=1) + "\n").encode())
    return made


def _read_record(record: Path) -> dict[str, str]:
    try:
        return dict(json.loads(record.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def _read_whole(out: Path, kind: Kind) -> Manifest | None:
    try:
        return read_manifest(out, kind)
    except ArtefactError:
        return None
