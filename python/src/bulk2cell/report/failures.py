"""Pairs that failed."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bulk2cell.errors import InputError


@dataclass(frozen=True)
class Failure:
    """A pair that failed: in which stage, why, and in which of its settings, if not in all.

    Attributes
    ----------
    setting
        Gene sets, with strategy and seed if they apply, such as "reactome, share_ae_pathways, seed 2".
    """

    pair: str
    stage: str
    message: str
    setting: str = ""

    def __str__(self) -> str:
        """Return the failure in one line."""
        return f"{self.pair}{f' ({self.setting})' if self.setting else ''} in {self.stage}: {self.message}"


def failed_pairs(failures: Iterable[Failure]) -> list[str]:
    """Return the names of the pairs, each once, in their order."""
    return list(dict.fromkeys(failure.pair for failure in failures))


def read_failures(path: Path) -> list[Failure]:
    """Read a JSON list of objects with the texts pair, stage and message, and setting if they like.

    Raises
    ------
    InputError
        If the file is not such a list.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return [
            Failure(
                pair=str(entry["pair"]),
                stage=str(entry["stage"]),
                message=str(entry["message"]),
                setting=str(entry.get("setting") or ""),
            )
            for entry in raw
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: no list of failures ({error!r}); it must be JSON: a list of objects with pair, stage and message"
        ) from error
