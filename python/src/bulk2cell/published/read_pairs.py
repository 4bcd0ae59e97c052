"""The catalogue of published pairs, and the user's own in the same format."""

import math
import re
import unicodedata
from dataclasses import MISSING, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml

from bulk2cell.errors import InputError
from bulk2cell.published.check_pair import check_pair
from bulk2cell.published.pair import (
    NAME_PATTERN,
    SAMPLE_ROLES,
    Cells,
    Counts,
    Labels,
    Pair,
    PairFile,
    Quality,
    Role,
)

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
    where = f"{own or 'catalogue'}: {name}"
    if not re.fullmatch(NAME_PATTERN, name):
        raise InputError(f"{where}: no name of letters, digits, . _ -; rename it")
    values = _take(Pair, {"name": name, **_mapping(entry, where)}, where)
    cells = _take(Cells, _mapping(values["cells"], f"{where}: cells"), f"{where}: cells")
    labels = _take(Labels, _mapping(values["labels"], f"{where}: labels"), f"{where}: labels")
    cells["files"] = tuple(_file(file, f"{where}: cells: files") for file in cells["files"])
    for role in ("sensitive", "resistant"):
        labels[role] = Role(**_take(Role, _mapping(labels[role], f"{where}: {role}"), f"{where}: {role}"))
    if "annotation" in labels:
        labels["annotation"] = _file(labels["annotation"], f"{where}: annotation")
    values["cells"], values["labels"] = Cells(**cells), Labels(**labels)
    values["exclude_lines"] = tuple(
        _plain(line, str, f"{where}: exclude_lines") for line in values.get("exclude_lines", ())
    )
    for key, kind in (("quality", Quality), ("article", Counts)):
        if key in values:
            values[key] = kind(**_take(kind, _mapping(values[key], f"{where}: {key}"), f"{where}: {key}"))
    for key in ("verified", "unverified"):
        if key in values:
            facts = _mapping(values[key], f"{where}: {key}")
            values[key] = {fact: _plain(said, str, f"{where}: {key}: {fact}") for fact, said in facts.items()}
    if "samples" in values:
        values["samples"] = _samples(values["samples"], f"{where}: samples")
    pair = Pair(**values)
    check_pair(pair, where)
    return pair


def _samples(entry: Any, where: str) -> dict[str, dict[str, str]]:
    samples = {role: _mapping(named, f"{where}: {role}") for role, named in _mapping(entry, where).items()}
    for role, named in samples.items():
        if role not in SAMPLE_ROLES:
            raise InputError(f"{where}: {role!r} is none of {', '.join(SAMPLE_ROLES)}")
        for accession, what in named.items():
            if not re.fullmatch(r"GSM\d+(-GSM\d+)?", accession):
                raise InputError(
                    f"{where}: {accession!r} is no accession; write GSM1, or GSM1-GSM9 for a range"
                )
            named[accession] = _plain(what, str, f"{where}: {accession}")
    return samples


def _file(entry: Any, where: str) -> PairFile:
    named = {"name": entry} if isinstance(entry, str) else _mapping(entry, where)
    return PairFile(**_take(PairFile, named, where))


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{where}: {value!r} where `key: value` lines belong; see docs/pairs.md")
    return {str(key): entry for key, entry in value.items()}


def _take(kind: type[Any], given: dict[str, Any], where: str) -> dict[str, Any]:
    """Return what is given of a class's fields, after a check of names and of plain types."""
    given = {key: value for key, value in given.items() if value is not None}
    names = {entry.name: entry.default is MISSING for entry in fields(kind)}
    unknown = [key for key in given if key not in names]
    missing = [name for name, required in names.items() if required and given.get(name, "") == ""]
    if unknown:
        raise InputError(f"{where}: unknown key {unknown[0]!r}; the keys are {', '.join(names)}")
    if missing:
        raise InputError(f"{where}: no {missing[0]}; it is required")
    hints = get_type_hints(kind)
    return {key: _plain(value, hints[key], f"{where}: {key}") for key, value in given.items()}


def _plain(value: Any, hint: Any, where: str) -> Any:
    if get_origin(hint) in (Union, UnionType):
        hint = get_args(hint)[0]
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise InputError(f"{where}: {value!r} is no list; write [{value}]")
        return value
    if hint is str or get_origin(hint) is Literal:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise InputError(f"{where}: {value!r} is not text; put it in quotes")
        if any(
            unicodedata.category(character) in ("Cc", "Cs") for character in re.sub(r"[\n\t]", "", str(value))
        ):
            raise InputError(
                f"{where}: {value!r} holds control characters or half surrogates; leave them out"
            )
        return str(value)
    if isinstance(value, int | float) and not 0 <= value < math.inf:
        raise InputError(f"{where}: {value!r} is no number from 0")
    allowed = {int: (int,), float: (int, float), bool: (bool,)}.get(hint)
    if allowed and (not isinstance(value, allowed) or (hint is not bool and isinstance(value, bool))):
        raise InputError(f"{where}: {value!r} is no {'true or false' if hint is bool else 'number'}")
    return value
