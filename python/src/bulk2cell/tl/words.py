"""Messages in the words of the library: `layer=` and not `--layer`."""

import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from bulk2cell.errors import Bulk2CellError
from bulk2cell.printable import printable

OPTION = re.compile(r"(?<!\w)--([a-z][a-z-]*[a-z])\b")
OTHERWISE = {"label-column": "label_key", "sample-column": "sample_key", "out": "path"}

Given = ParamSpec("Given")
Made = TypeVar("Made")


def without_options(text: str) -> str:
    """Return a message with arguments in the place of options."""
    return OPTION.sub(lambda option: f"{OTHERWISE.get(option[1], option[1].replace('-', '_'))}=", text)


def in_python(function: Callable[Given, Made]) -> Callable[Given, Made]:
    """Let a function raise the package's errors in one line, and in the words of the library."""

    @wraps(function)
    def call(*args: Given.args, **options: Given.kwargs) -> Made:
        try:
            return function(*args, **options)
        except Bulk2CellError as error:
            raise type(error)(printable(without_options(str(error)))) from error

    return call
