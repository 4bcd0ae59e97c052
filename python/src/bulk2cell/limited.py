"""A command under a limit on memory (`ulimit -v`): a child process does the work, and its parent says how it ended.

Where memory runs out, glibc, OpenMP or OpenBLAS may end the process at once, so that nothing in it can give the reason.
"""

import os
import resource
import signal
import sys
from contextlib import suppress
from types import FrameType

from bulk2cell.signals import ENDING

# How a C library ends a process; 127: glibc, where the data of a thread find no room.
ENDED_BY_A_LIBRARY = (127, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS)


def continue_in_child_under_a_limit() -> None:
    """Return, under a limit in a child process; its parent passes signals on, and ends as the child has ended.

    To be called before a thread is started, which the child would not have.
    """
    if resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY:
        return
    # No signal may reach a parent that does not pass it on yet.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    child = os.fork()

    def pass_on(number: int, _frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.kill(child, number)

    for number in ENDING if child else ():
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, pass_on)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if child:
        end_as(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def end_as(code: int) -> None:
    """End this process as another one has ended, and say so if a C library has ended it."""
    if code in ENDED_BY_A_LIBRARY:
        from bulk2cell.faults import exit_code, one_line

        sys.stderr.write(f"error: {one_line(MemoryError())}\n")
        code = exit_code(MemoryError())
    sys.exit(code if code >= 0 else 128 - code)
