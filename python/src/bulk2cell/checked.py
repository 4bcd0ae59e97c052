"""Groups of parameters: fields with a default, a help text and a range, of which every value is checked when it is made."""

import math
import re
from collections.abc import Iterator
from dataclasses import Field, field, fields
from typing import Any, get_args, get_type_hints

from bulk2cell.errors import ParameterError
from bulk2cell.forms import Form
from bulk2cell.printable import shown

# As Python holds a byte that is not UTF-8; no file can hold it.
HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")


def parameter(
    default: Any,
    help: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    form: Form | None = None,
) -> Any:
    """Declare one field: its default, its help text with the unit, its closed range, the form of a text."""
    return field(
        default=default, metadata={"help": help, "minimum": minimum, "maximum": maximum, "form": form}
    )


class Checked:
    """Base of the parameter classes: every value is checked when it is made."""

    def __post_init__(self) -> None:
        """Check choices, ranges and the form of texts.

        Raises
        ------
        ParameterError
            If a value is not one of its choices, of another type, outside its range, not of its form, or text that no file
            can hold.
        """
        hints = get_type_hints(type(self))
        for entry in fields(self):  # type: ignore[arg-type]
            value = getattr(self, entry.name)
            for fault in _faults(value, hints[entry.name], entry):
                raise ParameterError(f"{entry.name}: {shown(value)} {fault}")


def _faults(value: Any, kind: Any, entry: Field[Any]) -> Iterator[str]:
    """Yield what is wrong with a value and what to do; a fault behind the first may make no sense."""
    choices, form = get_args(kind), entry.metadata["form"]
    low, high = entry.metadata["minimum"], entry.metadata["maximum"]
    if choices and value not in choices:
        yield f"is not one of {', '.join(map(str, choices))}; choose one of these"
    if not choices and not _is_of(value, kind):
        yield f"is not of type {kind.__name__}; write it like {entry.default!r}"
    if form and not re.fullmatch(form.pattern, value):
        yield f"is not {form.words}; change it"
    if isinstance(value, str) and HALF_A_CHARACTER.search(value):
        yield "is not UTF-8; change it"
    if isinstance(value, float) and not math.isfinite(value):
        yield f"is not a finite number; write it like {entry.default!r}"
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = {f"at least {low}": low, f"at most {high}": high}
        told = " and ".join(text for text, bound in bounds.items() if bound is not None)
        yield f"is out of range; it must be {told}"


def _is_of(value: object, kind: type) -> bool:
    """Tell whether a value is of a type; a whole number counts as a float, a truth value does not count as a number."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)
