"""Command-line options made from the parameter classes."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from typing import Annotated, Any, get_type_hints

import typer


def with_parameters(command: Callable[..., None]) -> Callable[..., None]:
    """Replace each argument whose type is a parameter class by one option per field.

    Parameters
    ----------
    command
        A Typer command. Arguments annotated with a dataclass of `bulk2cell.parameters` are taken apart on
        the command line and put together again for the call.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, type[Any]] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}  # type: ignore[misc]
    signature = inspect.signature(command)

    @functools.wraps(command)
    def call(**options: Any) -> None:
        for name, group in groups.items():
            options[name] = group(**{entry.name: options.pop(entry.name) for entry in fields(group)})
        command(**options)

    plain = [
        parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in signature.parameters.items()
        if name not in groups
    ]
    options = [option for group in groups.values() for option in _options_of(group)]
    call.__signature__ = signature.replace(parameters=[*plain, *options])  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in [*plain, *options]}
    return call


def _options_of(group: type[Any]) -> list[inspect.Parameter]:
    hints = get_type_hints(group)
    panel = (group.__doc__ or "").splitlines()[0]
    made = []
    for entry in fields(group):
        assert entry.default is not MISSING
        option = typer.Option(
            f"--{entry.name.replace('_', '-')}"
            + (f"/--no-{entry.name.replace('_', '-')}" if hints[entry.name] is bool else ""),
            help=entry.metadata["help"],
            min=entry.metadata["minimum"],
            max=entry.metadata["maximum"],
            rich_help_panel=panel,
        )
        made.append(
            inspect.Parameter(
                entry.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=entry.default,
                annotation=Annotated[hints[entry.name], option],
            )
        )
    return made
