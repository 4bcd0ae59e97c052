"""The part of a file that has arrived, `<file>.part`, and a note that lets a later attempt resume it."""

import json
import re
from pathlib import Path
from typing import NamedTuple

VALIDATOR = re.compile(r"[ -~]{1,300}")


class Arrived(NamedTuple):
    """How many bytes can be kept, by which ETag or date they are identified, and how long the file is (0: not known)."""

    have: int
    validator: str
    total: int


NOTHING = Arrived(0, "", 0)


def begin(part: Path, validator: str, total: int) -> None:
    """Drop what had arrived, and note which file arrives now; a validator that is not plain text is ignored."""
    forget(part)
    validator = validator if VALIDATOR.fullmatch(validator) else ""
    _note(part).write_text(json.dumps({"validator": validator, "total": total}))


def arrived(part: Path, longest: int) -> Arrived:
    """Return what can be resumed: nothing unless part and note exist and agree, and the file is not too long."""
    if not part.is_file() or not _note(part).is_file():
        return NOTHING
    try:
        note = json.loads(_note(part).read_bytes())
        validator, total = note["validator"], note["total"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return NOTHING
    have = part.stat().st_size
    usable = isinstance(validator, str) and VALIDATOR.fullmatch(validator) and type(total) is int
    return Arrived(have, validator, total) if usable and 0 < have <= total <= longest else NOTHING


def forget(part: Path) -> None:
    """Delete what has arrived, and the note."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".json")
