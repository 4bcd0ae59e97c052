"""The `bulk2cell` program: its commands, and how an error reaches a person."""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

from bulk2cell import __version__
from bulk2cell.errors import Bulk2CellError

COMMANDS = (
    "fetch",
    "simulate",
    "preprocess",
    "pretrain",
    "finetune",
    "predict",
    "evaluate",
    "attribute",
    "report",
    "run",
    "demo",
)

app = typer.Typer(
    name="bulk2cell",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def show_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        typer.echo(f"bulk2cell {__version__}")
        raise typer.Exit


@app.callback()
def bulk2cell(
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and stop."),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Learn drug response on bulk cell lines (GDSC) and call single cells sensitive or resistant.

    The way of the data:
    fetch / simulate -> preprocess -> pretrain -> finetune -> predict -> evaluate, attribute -> report.
    `run` does all of it for a sample sheet; `demo` does it on five simulated pairs.
    """


for name in COMMANDS:
    if find_spec(f"bulk2cell.cli.{name}") is None:
        continue
    app.command(name)(getattr(import_module(f"bulk2cell.cli.{name}"), name))


def main() -> None:
    """Run the program: errors that a person can act on are one line on standard error and exit code 2."""
    if "--debug" in sys.argv:
        app()
    try:
        app()
    except Bulk2CellError as error:
        message = str(error)
    except OSError as error:
        message = f"{error.filename or 'file system'}: {error.strerror or error}; check the path, permissions and free space"
    sys.stderr.write(f"error: {' '.join(message.split())}\n")
    sys.exit(2)
