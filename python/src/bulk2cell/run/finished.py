"""Which stages of a results folder are finished, and from what."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bulk2cell import __version__
from bulk2cell.artefacts.manifest import Kind, read_manifest
from bulk2cell.errors import ArtefactError
from bulk2cell.progress import say

RECORD = "finished.json"


@dataclass(frozen=True)
class Wanted:
    """An artefact, and all that it depends on: a change of any of it repeats the stage."""

    out: Path
    parameters: Mapping[str, Any]
    inputs: Mapping[str, str]

    def key(self, kind: Kind) -> str:
        """Return the sha256 of all that it depends on."""
        facts = [__version__, kind, dict(self.parameters), dict(self.inputs)]
        return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


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
        All that the artefact depends on.
    stage
        Does the work. If it fails, its name is noted on the error.
    """
    wanted = {0: Wanted(out, parameters, inputs)}
    once_each(results, kind, wanted, stage.func.__name__, lambda _outs: [stage()])
    return out


def once_each(
    results: Path,
    kind: Kind,
    wanted: Mapping[int, Wanted],
    name: str,
    stage: Callable[[dict[int, Path]], Iterable[Path]],
) -> None:
    """Do a stage for those of several artefacts that are not already there, made from the same things.

    Parameters
    ----------
    wanted
        The artefacts, by number.
    name
        Of the stage; noted on the error if it fails.
    stage
        Makes artefacts, and gives each once it is finished.
    """
    record = results / RECORD
    finished = _read_record(record)
    missing = {}
    for number, each in wanted.items():
        place = str(each.out.relative_to(results))
        if finished.get(place) == each.key(kind) and _is_whole(each.out, kind):
            say(f"{place}: finished earlier, kept")
        else:
            missing[number] = each
    if not missing:
        return
    keys = {each.out: each.key(kind) for each in missing.values()}
    try:
        for out in stage({number: each.out for number, each in missing.items()}):
            finished[str(out.relative_to(results))] = keys[out]
            _write_record(record, finished)
    except Exception as error:
        error.add_note(name)
        raise


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
