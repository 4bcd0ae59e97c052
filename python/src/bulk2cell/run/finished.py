"""Finished stages of a results folder, and what they were made from."""

import hashlib
import json
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bulk2cell import __version__
from bulk2cell.artefacts.manifest import Kind, read_manifest
from bulk2cell.errors import ArtefactError
from bulk2cell.progress import say

RECORD = "finished.json"


def once(
    results: Path,
    out: Path,
    kind: Kind,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, str],
    stage: partial[Path],
) -> Path:
    """Do a stage unless its whole result, made from the same things, is already there.

    Parameters
    ----------
    results
        The results folder, which holds the record.
    out
        The artefact that the stage writes.
    parameters, inputs
        Everything that the artefact depends on.
    stage
        Does the work. If it fails, its name is noted on the error.
    """
    record, place = results / RECORD, str(out.relative_to(results))
    facts = [__version__, kind, dict(parameters), dict(inputs)]
    key = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()
    finished = _read_record(record)
    if finished.get(place) == key and _is_whole(out, kind):
        say(f"{place}: finished earlier, kept")
        return out
    try:
        stage()
    except Exception as error:
        error.add_note(stage.func.__name__)
        raise
    _write_record(record, {**finished, place: key})
    return out


def _write_record(record: Path, finished: Mapping[str, str]) -> None:
    temporary = record.with_name(f".{RECORD}.partial")
    try:
        temporary.write_text(json.dumps(finished, indent=1) + "\n")
        os.replace(temporary, record)
    finally:
        temporary.unlink(missing_ok=True)


def _read_record(record: Path) -> dict[str, str]:
    try:
        return dict(json.loads(record.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def _is_whole(out: Path, kind: Kind) -> bool:
    try:
        read_manifest(out, kind)
    except ArtefactError:
        return False
    return True
