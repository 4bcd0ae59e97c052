"""The program in a child process of its own, which may crash, hang, or meet a full disk."""

import contextlib
import faulthandler
import os
import resource
import signal
import sys
from dataclasses import dataclass

from bulk2cell.cli.app import main

SECONDS = 120


@dataclass(frozen=True)
class Ended:
    """How the child ended: exit code, or minus the signal that killed it, and what it said on standard error."""

    code: int
    err: str


def run_forked(*words: object, limits: dict[int, int] | None = None) -> Ended:
    """Run the program with the given words.

    Parameters
    ----------
    limits
        Of the child, by resource: see `resource.setrlimit`.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        code = 99
        try:
            os.dup2(writing, 2)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
            faulthandler.enable(sys.stderr)
            sys.argv = ["bulk2cell", *map(str, words)]
            signal.alarm(SECONDS)
            for kind, most in (limits or {}).items():
                resource.setrlimit(kind, (most, most))
            code = exit_code()
        finally:
            with contextlib.suppress(Exception):
                sys.stderr.flush()
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        said = stream.read().decode(errors="replace")
    return Ended(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said)


def exit_code() -> int:
    """Run the program and return its exit code; a traceback is printed, as Python would."""
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        return 98
    return 0
