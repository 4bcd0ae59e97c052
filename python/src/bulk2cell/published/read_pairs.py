"""The catalogue of published pairs, and the user's own in the same format."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bulk2cell.errors import InputError
from bulk2cell.published.pair import Pair
from bulk2cell.validated import first_fault

MOST_VALUES = 100_000  # ours has 1,000


def pair_catalogue(own: Path | None = None) -> dict[str, Pair]:
    """Return the pairs of the catalogue and of the user's own, which replace ours of the same name.

    Raises
    ------
    InputError
        If the user's file is missing or no such catalogue.
    """
    return {name: _pair(name, entry, own) for name, entry in pair_entries(own).items()}


def pair_entries(own: Path | None = None) -> dict[str, Any]:
    """Return the entries of both catalogues as they are written.

    Raises
    ------
    InputError
        If the user's file is missing or not yaml.
    """
    if own is None:
        return dict(_ours())
    if not own.is_file():
        raise InputError(f"{own}: no such catalogue; check the path")
    added = _load(own)
    if not isinstance(added, dict) or not added:
        raise InputError(f"{own}: no pairs; write one entry per pair, see docs/pairs.md")
    return {**_ours(), **{str(name): entry for name, entry in added.items()}}


@cache
def _ours() -> dict[str, Any]:
    return dict(yaml.safe_load((files("bulk2cell.published") / "pairs.yaml").read_text(encoding="utf-8")))


def _load(own: Path) -> Any:
    content = own.read_bytes()
    try:
        text = content.decode()
        if _is_endless(yaml.compose(text, Loader=yaml.SafeLoader)):
            raise InputError(
                f"{own}: more than {MOST_VALUES} values; do not let aliases (*) hold one another"
            )
        return yaml.safe_load(text)
    except (InputError, MemoryError):
        raise
    except Exception as error:
        raise InputError(f"{own}: not yaml ({error}); see docs/pairs.md") from error


def _is_endless(root: yaml.Node | None) -> bool:
    """Tell whether a catalogue, its aliases written out, is larger than any."""
    nodes, number = [root], 0
    while nodes and number <= MOST_VALUES:
        node, number = nodes.pop(), number + 1
        if isinstance(node, yaml.MappingNode):
            nodes += [entry for pair in node.value for entry in pair]
        elif isinstance(node, yaml.SequenceNode):
            nodes += node.value
    return number > MOST_VALUES


def _pair(name: str, entry: Any, own: Path | None) -> Pair:
    try:
        return Pair.model_validate({**entry, "name": name} if isinstance(entry, dict) else entry)
    except ValidationError as error:
        raise InputError(f"{own or 'catalogue'}: {name}: {first_fault(error)}; see docs/pairs.md") from error
