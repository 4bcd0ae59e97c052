"""A flat yaml or json file that a person wrote: a table of names, each once and as text, and their values."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from bulk2cell.errors import InputError
from bulk2cell.printable import shown

MOST_BYTES = 10**6  # all parameters are some 5,000; a megabyte takes yaml ten seconds


def read_flat_file(path: Path, what: str, line: str) -> dict[str, Any]:
    """Read a table of names and values; an empty file is an empty table.

    Parameters
    ----------
    path
        A json file if its name ends so, else yaml, of which anchors, aliases and tags are refused.
    what
        What the file is, for the errors.
    line
        How one of its lines looks.

    Raises
    ------
    InputError
        If there is no such file, it is not such a table, or a name occurs twice or is not text.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such {what}; check the path")
    if path.stat().st_size > MOST_BYTES:
        raise InputError(
            f"{path}: over {MOST_BYTES:,} bytes, too large for a {what}; write one {line} per line"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = (
            json.loads(text, object_pairs_hook=_table)
            if path.suffix == ".json"
            else yaml.load(text, _PlainLoader)
        )
    except RecursionError as error:
        raise InputError(f"{path}: nested too deeply; write one {line} per line") from error
    except (ValueError, LookupError, yaml.YAMLError) as error:
        raise InputError(f"{path}: neither yaml nor json ({error}); write one {line} per line") from error
    if values is not None and not isinstance(values, dict):
        raise InputError(f"{path}: no table of parameters; write one {line} per line")
    return values or {}


def _table(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for name, value in pairs:
        if not isinstance(name, str):
            raise ValueError(f"the name {shown(name)} is not text")
        if name in table:
            raise ValueError(f"{shown(name)} is there twice")
        table[name] = value
    return table


class _PlainLoader(yaml.SafeLoader):
    """Yaml without anything that can be larger, or mean something else, than it looks."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or event.anchor or getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(
                None, None, "anchors, aliases and tags are not allowed", event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return _table(
            (self.construct_object(name, True), self.construct_object(value, True))
            for name, value in node.value
        )
