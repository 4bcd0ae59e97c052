"""A command under a limit on memory (`ulimit -v`): a child process does the work, and its parent says how it ended.

Where memory runs out, glibc, OpenMP or OpenBLAS may end the process at once, so that nothing in it can give the reason.
"""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from bulk2cell.signals import ENDING

# How a C library ends a process; 127: glibc, where the data of a thread find no room.
ENDED_BY_A_LIBRARY = (127, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS)


def continue_in_child() -> None:
    """Return in a child process; its parent passes signals on, waits, and ends with the child's exit code.

    Raises
    ------
    MemoryError
        In the parent, if a C library has ended the child.
    """
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, ENDING
    )  # none is to reach a parent that does not pass it on yet
    child = os.fork()

    def pass_on(number: int, _frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.kill(child, number)

    for number in ENDING if child else ():
        signal.signal(number, pass_on)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if not child:
        return
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code in ENDED_BY_A_LIBRARY:
        raise MemoryError
    sys.exit(code if code >= 0 else 128 - code)
