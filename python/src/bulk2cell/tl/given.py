"""What a person gives to the tools: checked before any work."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from bulk2cell.checked import Checked
from bulk2cell.errors import InputError, ParameterError
from bulk2cell.parameters import take
from bulk2cell.printable import shown


def sort_parameters(values: Mapping[str, Any], *groups: type[Checked]) -> tuple[Any, ...]:
    """Sort values into classes of `bulk2cell.parameters`; what is not given keeps its default.

    Raises
    ------
    ParameterError
        If a name is in none of the classes, or a value is out of range.
    """
    known = sorted(entry.name for group in groups for entry in fields(group))  # type: ignore[arg-type]
    unknown = [name for name in values if name not in known]
    if unknown:
        raise ParameterError(f"unknown parameter {shown(unknown[0])}; known are {', '.join(known)}")
    return tuple(take(group, values) for group in groups)


def require(value: object, kind: type, name: str, get: str) -> None:
    """Raise if an argument is not of its kind.

    Parameters
    ----------
    get
        How a person gets one.

    Raises
    ------
    InputError
        With what it is.
    """
    if not isinstance(value, kind):
        raise InputError(f"{name}: {shown(value)} is no {kind.__name__}; {get}")
