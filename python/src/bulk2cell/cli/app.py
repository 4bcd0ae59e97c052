"""The `bulk2cell` program: its commands, and how errors are reported."""

import io
import resource
import sys
from importlib import import_module
from typing import Annotated, NoReturn

import typer

from bulk2cell import __version__
from bulk2cell.cli import COMMANDS
from bulk2cell.cli.overview import overview
from bulk2cell.cores import threads
from bulk2cell.errors import ParameterError
from bulk2cell.faults import exit_code, is_foreseen, one_line

# With less, Arrow, OpenMP and glibc end the process or hang, unnoticed by Python; small work fits into it.
LEAST_ADDRESSED = 3 * 2**30

UsageError: type[Exception] = typer.BadParameter.__mro__[1]

app = typer.Typer(
    name="bulk2cell",
    invoke_without_command=True,
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
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and stop."),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Learn drug response on bulk cell lines (GDSC) and call single cells sensitive or resistant.

    The stages:
    fetch / simulate -> preprocess -> pretrain -> finetune -> predict -> evaluate, attribute -> report.
    `run` does all of it for a sample sheet, `benchmark` for many settings; `demo` does it on five simulated pairs.
    """
    if context.invoked_subcommand is None:
        typer.echo(overview())


for name in COMMANDS:
    app.command(name)(getattr(import_module(f"bulk2cell.cli.{name}"), name))


def main() -> None:
    """Run the program: errors that a user can act on are one line on standard error, see `bulk2cell.faults`."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        check_surroundings()
        sys.exit(app(standalone_mode=False))
    except UsageError as error:
        said = error.format_message().rstrip(".")  # type: ignore[attr-defined]
        end(ParameterError(f"{said}; see `bulk2cell COMMAND --help`"))
    except Exception as error:
        if "--debug" in sys.argv or not is_foreseen(error):
            raise
        end(error)


def check_surroundings() -> None:
    """Check what every command depends on before any library is loaded: its arguments, the number of threads, memory.

    Raises
    ------
    UnicodeEncodeError
        If a word is not UTF-8.
    ParameterError
        If OMP_NUM_THREADS is not a number of threads.
    MemoryError
        If the libraries need more memory than may be addressed (`ulimit -v`).
    """
    for word in sys.argv:
        word.encode()
    threads()
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    if most != resource.RLIM_INFINITY and most < LEAST_ADDRESSED:
        raise MemoryError


def end(error: Exception) -> NoReturn:
    """End the program with the one line of an error and its exit code."""
    sys.stderr.write(f"error: {one_line(error)}\n")
    sys.exit(exit_code(error))
