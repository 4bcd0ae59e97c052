"""Pairs that did not come to their end."""

import json
from dataclasses import dataclass
from pathlib import Path

from bulk2cell.errors import InputError


@dataclass(frozen=True)
class Failure:
    """A pair that failed: in which stage, and why."""

    pair: str
    stage: str
    message: str


def read_failures(path: Path) -> list[Failure]:
    """Read a JSON list of objects with the texts pair, stage and message.

    Raises
    ------
    InputError
        If the file is no such list.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return [Failure(**{name: str(entry[name]) for name in ("pair", "stage", "message")}) for entry in raw]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: no list of failures ({error!r}); it must be JSON: a list of objects with pair, stage and message"
        ) from error
