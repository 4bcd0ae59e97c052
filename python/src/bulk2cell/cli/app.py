"""The `bulk2cell` program: its commands, and how an error reaches a person."""

import errno
import sys
from importlib import import_module
from typing import Annotated

import typer

from bulk2cell import __version__
from bulk2cell.errors import Bulk2CellError, DeviceError

COMMANDS = (
    "fetch",
    "pairs",
    "drugs",
    "simulate",
    "preprocess",
    "pretrain",
    "shots",
    "finetune",
    "controls",
    "predict",
    "evaluate",
    "attribute",
    "report",
    "check",
    "run",
    "benchmark",
    "settings",
    "compare",
    "demo",
    "versions",
)

WRONG_INPUT, MACHINE_AT_FAULT, OUT_OF_MEMORY = 2, 75, 137
MACHINE_ERRORS = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.ESTALE,
        errno.ENOMEM,
        errno.EMFILE,
        errno.ENFILE,
        errno.ETXTBSY,
    }
)

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

    The way of the data:
    fetch / simulate -> preprocess -> pretrain -> finetune -> predict -> evaluate, attribute -> report.
    `run` does all of it for a sample sheet, `benchmark` for many settings; `demo` does it on five simulated pairs.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for name in COMMANDS:
    app.command(name)(getattr(import_module(f"bulk2cell.cli.{name}"), name))


def main() -> None:
    """Run the program: errors that a person can act on are one line on standard error, see `exit_code`."""
    try:
        sys.exit(app(standalone_mode=False))
    except (Bulk2CellError, OSError, UsageError, MemoryError, RuntimeError) as error:
        unforeseen = isinstance(error, RuntimeError) and not is_out_of_memory(error)
        if unforeseen or "--debug" in sys.argv:
            raise
        sys.stderr.write(f"error: {one_line(error)}\n")
        sys.exit(exit_code(error))
    except (typer.Abort, KeyboardInterrupt):
        sys.exit("interrupted; the same command goes on where it was")


def exit_code(error: BaseException) -> int:
    """Return 137 for want of memory, 75 where the machine is at fault and trying again may help, else 2."""
    if is_out_of_memory(error):
        return OUT_OF_MEMORY
    if isinstance(error, DeviceError) or (isinstance(error, OSError) and error.errno in MACHINE_ERRORS):
        return MACHINE_AT_FAULT
    return exit_code(error.__cause__) if error.__cause__ else WRONG_INPUT


def is_out_of_memory(error: BaseException) -> bool:
    """Tell want of memory; torch says it, of the GPU's and the machine's, in the text of a RuntimeError alone."""
    said = ("out of memory", "can't allocate memory")
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(text in str(error) for text in said)
    )


def one_line(error: Exception) -> str:
    """Return what an error says, as one line."""
    if isinstance(error, OSError):
        where = error.filename or "file system"
        text = f"{where}: {error.strerror or error}; check the path, permissions and free space"
    elif is_out_of_memory(error):
        text = "out of memory; run it where there is more, or give fewer cells"
    elif isinstance(error, UsageError):
        text = f"{error.format_message().rstrip('.')}; see `bulk2cell COMMAND --help`"  # type: ignore[attr-defined]
    else:
        text = str(error)
    return " ".join(text.split())
